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

// Wishes are served in their order. One for which there is no room is served by the stream that has most of
// it already, with as many of its first areas as still fit: its page reads the others by itself.
export function planned(wishes: readonly (readonly string[])[]): Plan {
  const streams: Set<string>[] = [];
  const of = wishes.map((wish) => {
    const added = streams.map((stream) => wish.filter((area) => !stream.has(area)).length);
    const fits = (at: number) => (streams[at]?.size ?? 0) + (added[at] ?? 0) <= areasInStreamMax;
    const byFewest = streams.map((_, at) => at).sort((a, b) => (added[a] ?? 0) - (added[b] ?? 0));
    let chosen = byFewest.find(fits);
    if (chosen === undefined && streams.length < streamsMax) chosen = streams.push(new Set()) - 1;
    chosen ??= byFewest[0] ?? 0;
    const stream = streams[chosen];
    for (const area of wish) if (stream && stream.size < areasInStreamMax) stream.add(area);
    return chosen;
  });
  return { streams, of };
}
