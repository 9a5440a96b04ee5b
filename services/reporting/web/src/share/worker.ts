// The worker that all pages of a browser share: it holds the streams, each page talks to it over its port.
import { LiveStream } from '../api/stream';
import { Hub } from './hub';
import type { FromPage } from './messages';

const hub = new Hub(
  (areas, ears) => new LiveStream(areas, ears),
  () => performance.now(),
);
setInterval(() => hub.step(), 1000);

let ports = 0;
addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0];
  if (!port) return;
  const name = String((ports += 1));
  port.onmessage = ({ data }: MessageEvent<FromPage>) => {
    hub.hear(name, data, (word) => port.postMessage(word));
  };
});
