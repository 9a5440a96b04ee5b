// The rounds, and whether the log is marked as a demonstration. Read again when a count names a round that
// is not known yet.
import { readRounds } from '../api/client';
import type { RoundList } from '../api/types';
import { isNil } from './history';
import { Load, Throttled } from './load.svelte';

class Rounds {
  #load = new Load<RoundList>();
  #again = new Throttled(5000, () => void this.#load.again());
  readonly all = $derived(this.#load.value?.rounds ?? []);
  readonly known = $derived(this.#load.value !== null);
  readonly demonstration = $derived(this.#load.value?.demonstration === true);
  readonly current = $derived(this.all.find((round) => round.current) ?? null);

  get problem() {
    return this.#load.problem;
  }

  get seconds(): number {
    return this.#load.seconds;
  }

  again(): Promise<void> {
    return this.#load.again();
  }

  start(): void {
    void this.#load.run('rounds', readRounds);
  }

  meet(area: string | null): void {
    const round = isNil(area) ? null : area;
    const current = this.current;
    if (round && this.all.some((known) => known.id === round) && current?.id === round) return;
    if (this.known && round === null && current === null) return;
    this.#again.ask();
  }

  // While there is none, someone may be opening one.
  look(): void {
    if (!this.current) this.#again.ask();
  }
}

export const rounds = new Rounds();
