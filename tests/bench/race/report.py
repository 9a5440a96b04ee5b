"""What tests/bench/compare found, as rows, as a table and beside the targets."""


def clients(row: dict) -> str:
    return "–" if row["clients"] is None else str(row["clients"])


def number(value) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def print_table(machine: dict, rows: list) -> None:
    print("\n" + ", ".join(f"{key} {value}" for key, value in machine.items()))
    head = f"{'what':32} {'clients':>7} {'batch':>6} {'ours':>11} {'value':>11} {'ratio':>6}  {'peer':26} {'synced':6} " \
           f"{'ours p50/p99':>17} {'peer p50/p99':>17}"
    print(head + "\n" + "-" * len(head))
    for row in rows:
        times = [f"{row[who + 'p50_ms']:.2f}/{row[who + 'p99_ms']:.2f} ms" if row.get(who + "p50_ms") else ""
                 for who in ("ours_", "")]
        how = f" ({row['how']})" if row.get("how") else ""
        own_how = f"  ours {row['ours_how']}" if row.get("ours_how") else ""
        ratio = "–" if row["ratio"] is None else f"{row['ratio']:.2f}"
        print(f"{row['what']:32} {clients(row):>7} {row['batch'] or '–':>6} {number(row['ours']):>11} "
              f"{number(row['value']):>11} {ratio:>6}  {(row['peer'] or '–') + how:26} "
              f"{'yes' if row['synced'] else 'NO':6} {times[0]:>17} {times[1]:>17}"
              + own_how + (f"  {row['note']}" if row.get("note") else ""))


def print_blocks(rows: list) -> None:
    print("\nOurs: what each way of sending came to, and events in the blocks that the best one wrote")
    for (clients_now, batch), row in {(row["clients"], row["batch"]): row for row in pick(rows, "append")}.items():
        ways = ", ".join(f"{how} {value:,.0f}/s" for how, value in row["ours_by_way"].items())
        counts = "  ".join(f"{edge}: {count:,}" for edge, count in row["ours_blocks"].items())
        print(f"{clients_now:>4} clients, {batch:>5} a request: {ways}   {counts}")


def pick(rows: list, what: str, **fields) -> list:
    return [row for row in rows if row["what"] == what
            and all(row.get(name) == value for name, value in fields.items())]


def best_synced(rows: list, clients_now: int, batch: int):
    found = [row for row in pick(rows, "append", clients=clients_now, batch=batch)
             if row["synced"] and row["peer"] in ("redis", "postgres")]
    return max(found, key=lambda row: row["value"], default=None)


def targets(rows: list) -> list:
    """(target, what was reached, whether it is met) for each that this run has rows for."""
    found = []

    def add(text: str, got, at_least=None, at_most=None):
        if got is not None:
            found.append((text, got, got >= at_least if at_most is None else got <= at_most))

    for count, batch, wanted in ((1, 1000, 1.4), (8, 1000, 1.4), (64, 1000, 1.4), (64, 1, 1.5), (8, 1, 1.0)):
        if best := best_synced(rows, count, batch):
            add(f"append, {count} clients, {batch} a request: ≥ {wanted} × the best synced peer ({best['peer']})",
                best["ratio"], at_least=wanted)
    for row in pick(rows, "feed, one consumer", peer="nats"):
        add("feed: ≥ 5 × JetStream's ordered consumer", row["ratio"], at_least=5)
    for row in pick(rows, "feed, one consumer")[:1]:
        add("feed: ≥ 1.5 M events/s, decoded", row["ours"], at_least=1.5e6)
    for row in pick(rows, "replay, trickled"):
        add("a trickled log, once consolidated: ≥ 0.8 × a batched one", row["ratio"], at_least=0.8)
    own = {(row["clients"], row["batch"]): row for row in pick(rows, "append")}
    batches = [row["ours"] for (_, batch), row in own.items() if batch == 1000]
    add("append, 1,000 a request: ≥ 500 k events/s", max(batches, default=None), at_least=5e5)
    if row := own.get((64, 1)):
        add("append, 64 in flight: ≥ 60 k/s", row["ours"], at_least=6e4)
        add("append, 64 in flight: p99 ≤ 10 ms", row["ours_p99_ms"], at_most=10)
    for row in pick(rows, "append, one in flight"):
        add("append, 1 in flight: ≥ 0.95 × 1/(CURVE round trip + synced write)", row["ratio"], at_least=0.95)
    for row in pick(rows, "start after kill -9, seconds per 1 M events"):
        add("start after kill -9: ≤ 2 s per 1 M events", row["ours"], at_most=2)
    for row in pick(rows, "append at a steady pace, p50 ms"):
        add("append at 50 k events/s: median with readers ≤ 1.2 × alone", row["ratio"], at_most=1.2)
    return found


BOUNDS = {"append beside its bound": "A log that costs nothing beside CURVE, hashes and the synced write, one after the other",
          "append beside an echo that syncs": "The same threads, which take all in flight as one message or two, write each, synced, and answer"}


def print_bounds(rows: list) -> None:
    for what, words in BOUNDS.items():
        if bounds := pick(rows, what):
            print("\n" + words)
        for row in bounds:
            best = best_synced(rows, row["clients"], row["batch"])
            beside = f" = {row['value'] / best['value']:.2f} × {best['peer']}" if best else ""
            print(f"{row['clients']:>4} in flight, {row['batch']:>5} a request: {number(row['value'])}/s{beside}; "
                  f"ours is {row['ratio']:.2f} of it")


def print_targets(found: list) -> None:
    print()
    for text, got, met in found:
        print(f"{'met    ' if met else 'NOT MET'}  {number(got):>9}  {text}")
