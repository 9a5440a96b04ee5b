// The ways in which a page gets at the shared streams, the best first: a worker that all pages share; one of
// the pages, chosen by a lock, which speaks for the others; at worst a stream of its own.
import { LiveStream } from '../api/stream';
import { Hub } from './hub';
import type { FromPage, ToPage } from './messages';

export interface Line {
  send(message: FromPage): void;
  close(): void;
}

// Null where the browser has no such thing. `failed` may be called later, when it turns out not to work.
export type OpenLine = (hear: (word: ToPage) => void, failed: () => void) => Line | null;

// Pages of two builds do not understand each other: each build has its own channel, as it has its own worker.
const channelName = `doorstep.streams ${import.meta.url}`;

function newHub(): { hub: Hub; close(): void } {
  const hub = new Hub(
    (areas, ears) => new LiveStream(areas, ears),
    () => performance.now(),
  );
  const timer = setInterval(() => hub.step(), 1000);
  return {
    hub,
    close: () => {
      clearInterval(timer);
      hub.close();
    },
  };
}

export const workerLine: OpenLine = (hear, failed) => {
  if (typeof SharedWorker === 'undefined') return null;
  let worker: SharedWorker;
  try {
    worker = new SharedWorker(new URL('./worker.ts', import.meta.url), {
      type: 'module',
      name: 'doorstep.streams',
    });
  } catch {
    return null; // The browser's settings may forbid it.
  }
  worker.onerror = failed;
  worker.port.onmessage = ({ data }: MessageEvent<ToPage>) => hear(data);
  return {
    send: (message) => worker.port.postMessage(message),
    close: () => worker.port.close(),
  };
};

type OnChannel =
  | { to: 'hub'; from: string; message: FromPage }
  | { to: 'page'; name: string; word: ToPage }
  | { to: 'pages'; word: ToPage };

export const channelLine: OpenLine = (hear, failed) => {
  if (typeof BroadcastChannel === 'undefined' || !navigator.locks) return null;
  const name = crypto.randomUUID();
  const channel = new BroadcastChannel(channelName);
  const ended = new AbortController();
  channel.onmessage = ({ data }: MessageEvent<OnChannel>) => {
    if (data.to === 'pages' || (data.to === 'page' && data.name === name)) hear(data.word);
  };
  const turn = navigator.locks.request(channelName, { signal: ended.signal }, () => speakForAll(ended.signal));
  turn.catch(() => {
    if (!ended.signal.aborted) failed();
  });
  return {
    send: (message) => channel.postMessage({ to: 'hub', from: name, message } satisfies OnChannel),
    close: () => {
      ended.abort();
      channel.close();
    },
  };
};

// Holds the streams for as long as this page holds the lock. A channel of its own, since a channel does not
// hear itself.
function speakForAll(ended: AbortSignal): Promise<void> {
  if (ended.aborted) return Promise.resolve();
  const { hub, close } = newHub();
  const channel = new BroadcastChannel(channelName);
  const post = (message: OnChannel) => channel.postMessage(message);
  channel.onmessage = ({ data }: MessageEvent<OnChannel>) => {
    if (data.to !== 'hub') return;
    hub.hear(data.from, data.message, (word) => post({ to: 'page', name: data.from, word }));
  };
  post({ to: 'pages', word: { kind: 'again' } });
  return new Promise((done) => {
    ended.addEventListener('abort', () => {
      close();
      channel.close();
      done();
    });
  });
}

export const ownLine: OpenLine = (hear) => {
  const { hub, close } = newHub();
  return { send: (message) => hub.hear('', message, hear), close };
};
