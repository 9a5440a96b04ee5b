// Which streams bring the areas that several pages want. Pure.
//
// A browser holds six connections to a server at most, for all its pages together, and every stream keeps
// one: so there are two streams at most, and each page is served by one of them.

// The server's limit for one stream.
export const areasInStreamMax = 64;
export const streamsMax = 2;

export interface Plan {
  readonly streams: readonly ReadonlySet<string>[];
  readonly of: readonly number[]; // which of the streams serves which wish
}

// Wishes are served in their order. One for which there is no room is served by the stream that can bring
// most of it, with as many of its first areas as still fit: its page reads the others by itself.
export function planned(wishes: readonly (readonly string[])[]): Plan {
  const streams: Set<string>[] = [];
  const of = wishes.map((wish) => {
    const at = placeFor(wish, streams);
    const stream = (streams[at] ??= new Set());
    for (const area of wish) if (stream.size < areasInStreamMax) stream.add(area);
    return at;
  });
  return { streams, of };
}

// The stream that has room for the whole wish and grows least, or the next one, or the one that brings most.
function placeFor(wish: readonly string[], streams: readonly ReadonlySet<string>[]): number {
  const places = streams.map((stream, at) => {
    const added = wish.filter((area) => !stream.has(area)).length;
    return { at, added, missing: Math.max(0, stream.size + added - areasInStreamMax) };
  });
  const [best] = places.toSorted((a, b) => a.missing - b.missing || a.added - b.added);
  if (best && (best.missing === 0 || streams.length === streamsMax)) return best.at;
  return streams.length;
}
