// A stand-in for reporting: the API of docs/http-api.md over a made-up day, the stream included, and the
// built board beside it. Faults are switched on over POST /mock/{what}; nothing of that is in the product.
//   node mock/server.mjs [--port P] [--board DIR] [--visits-per-second N] [--speed X] [--empty] [--no-round]
import { createReadStream, existsSync, statSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import {
  areaAnswer, childrenAnswer, householdAnswer, householdsAnswer, tasksAnswer,
} from './answers.mjs';
import { County } from './county.mjs';

const contentTypes = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml',
};
const tickMs = 100;
const heartbeatMs = 5000;

export class Mock {
  constructor({ board, visitsPerSecond = 8, speed = 60, demonstration = true, ...county }) {
    this.board = board;
    this.visitsPerSecond = visitsPerSecond;
    this.speed = speed;
    this.demonstration = demonstration;
    this.countyOptions = county;
    this.county = new County(county);
    this.log = '5f3a09c1';
    this.epoch = 1;
    this.form = 1;
    this.clock = null; // what heartbeats say of the server's clock
    this.streams = new Set();
    this.streamsMost = 0; // at one time
    this.requests = []; // of the stream, for tests of the resume
    this.asked = []; // of the API
    this.turnedAway = 0; // requests for a stream that a fault kept from one
    this.faults = { silent: false, late: false, failing: false, refusing: false, unreadable: [] };
    this.server = http.createServer((request, response) => this.#answer(request, response));
    this.owed = 0;
  }

  async start(port) {
    await new Promise((done) => this.server.listen(port, '127.0.0.1', done));
    this.timer = setInterval(() => this.#tick(), tickMs);
    return this.server.address().port;
  }

  async stop() {
    clearInterval(this.timer);
    this.breakStreams();
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  get edition() {
    return `${this.log}-${this.epoch}-${this.form}`;
  }

  // An earlier state, out of which another day has come since. Streams stay unless they are broken as well.
  restore(options = {}) {
    this.epoch += 1;
    this.county = new County({ ...this.countyOptions, seed: 7, started: 0.1, ...options });
  }

  // As if the server was killed: every stream ends, new ones are answered as before.
  breakStreams() {
    for (const stream of this.streams) stream.response.destroy();
    this.streams.clear();
  }

  #tick() {
    this.owed += (this.visitsPerSecond * tickMs) / 1000;
    const visits = Math.floor(this.owed);
    this.owed -= visits;
    this.county.pass((tickMs / 1000) * this.speed, visits);
    if (this.faults.silent) return;
    for (const stream of this.streams) this.#push(stream);
  }

  #push(stream) {
    const { county } = this;
    const changed = stream.areas.filter((code) => (county.areas.get(code)?.changedAt ?? 0) > stream.sent);
    if (changed.length > 0 && !this.faults.late) {
      stream.sent = county.position;
      stream.at = Date.now();
      const frame = {
        edition: this.edition, asOf: county.position, recordedAt: county.time(), head: county.position,
        areas: changed.map((code) => areaAnswer(county, code)),
      };
      stream.response.write(`id: ${this.edition}.${county.position}\nevent: areas\ndata: ${JSON.stringify(frame)}\n\n`);
    } else if (Date.now() - stream.at >= heartbeatMs || stream.late !== this.faults.late
      || stream.clock !== this.clock) {
      stream.at = Date.now();
      stream.late = this.faults.late;
      stream.clock = this.clock;
      const beat = {
        edition: this.edition, clock: this.clock, asOf: this.faults.late ? stream.sent : county.position, head: county.position,
        recordedAt: county.time(), now: county.time(), late: this.faults.late,
      };
      stream.response.write(`event: heartbeat\ndata: ${JSON.stringify(beat)}\n\n`);
    }
  }

  #openStream(request, response, url) {
    const areas = url.searchParams.getAll('area').flatMap((list) => list.split(','));
    const since = request.headers['last-event-id'] ?? url.searchParams.get('since') ?? '';
    const [edition, position] = [since.slice(0, since.lastIndexOf('.')), since.split('.').at(-1)];
    const sent = edition === this.edition ? Number(position) : 0;
    this.requests.push({ areas, since, sent });
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': open\n\n');
    const stream = { response, areas, sent, at: Date.now(), late: false, clock: null };
    this.streams.add(stream);
    this.streamsMost = Math.max(this.streamsMost, this.streams.size);
    response.on('close', () => this.streams.delete(stream));
  }

  #answer(request, response) {
    const url = new URL(request.url, 'http://mock');
    response.setHeader('content-security-policy', "default-src 'self'");
    response.setHeader('x-content-type-options', 'nosniff');
    if (request.method === 'POST' && url.pathname.startsWith('/mock/')) {
      return this.#control(url, response);
    }
    const isApi = url.pathname.startsWith('/v1/');
    const { failing, refusing } = this.faults;
    if (url.pathname === '/v1/stream' && (failing || refusing)) this.turnedAway += 1;
    if (isApi) this.asked.push(url.pathname + url.search);
    if (isApi && refusing) return request.socket.destroy();
    if (isApi && failing) {
      return this.#problem(response, 503, '服务正在启动，请稍候', 'The service is starting, please wait');
    }
    if (url.pathname === '/v1/stream') return this.#openStream(request, response, url);
    if (isApi) return this.#read(url, response);
    this.#file(url.pathname, response);
  }

  #json(response, body) {
    const etag = `"${this.edition}.${this.county.position}"`;
    response.writeHead(200, { 'content-type': 'application/json', etag });
    response.end(JSON.stringify('asOf' in body ? { edition: this.edition, ...body } : body));
  }

  #problem(response, status, zh, en) {
    response.writeHead(status, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify({ type: '/problems/mock', status, code: 'mock', title: { zh, en }, errors: [] }));
  }

  #read(url, response) {
    const { county } = this;
    const [, , noun, id, part] = url.pathname.split('/');
    const query = url.searchParams;
    const limit = Number(query.get('limit') ?? 100);
    if (this.faults.unreadable.includes(part ?? noun)) {
      return this.#problem(response, 503, '这份名单正在重新整理', 'This list is being put in order again');
    }
    if (noun === 'rounds') {
      return this.#json(response, {
        asOf: county.position, rounds: county.rounds,
        ...(this.demonstration ? { demonstration: true } : {}),
      });
    }
    if (noun === 'tasks') {
      return this.#json(response, tasksAnswer(county, query.get('area') ?? '', query.get('state'), limit));
    }
    if (noun === 'areas' && id === '0' && part === 'children') {
      return this.#json(response, childrenAnswer(county, '0'));
    }
    if (noun === 'areas' && county.areas.has(id)) {
      if (part === 'children') return this.#json(response, childrenAnswer(county, id, query.get('round')));
      if (part !== 'households') return this.#json(response, areaAnswer(county, id, query.get('round')));
      return this.#json(response, householdsAnswer(county, id, query.get('after'), limit));
    }
    const household = noun === 'households' ? county.households.get(id) : null;
    if (household && part === 'events') {
      return this.#json(response, { household: id, events: county.history.get(id), next: null });
    }
    if (household) {
      return this.#json(response, { asOf: county.position, household: householdAnswer(household) });
    }
    this.#problem(response, 404, '没有此编号的内容', 'Nothing has this number');
  }

  #control(url, response) {
    const what = url.pathname.slice('/mock/'.length);
    const on = url.searchParams.get('on') !== 'false';
    if (typeof this.faults[what] === 'boolean') this.faults[what] = on;
    else if (what === 'break') this.breakStreams();
    else if (what === 'round') this.county.openRound();
    else if (what === 'restore') this.restore();
    else if (what === 'upgrade') this.form += 1;
    else if (what === 'clock') this.clock = on ? { problem: 'recordAhead', byMs: 9.2 * 31_536_000_000 } : null;
    else if (what === 'pace') this.visitsPerSecond = Number(url.searchParams.get('visits'));
    else return this.#problem(response, 404, '没有这个开关', 'no such switch');
    this.#json(response, { what, on });
  }

  #file(name, response) {
    const wanted = path.join(this.board, path.normalize(name));
    const found = wanted.startsWith(this.board) && existsSync(wanted) && statSync(wanted).isFile();
    const file = found ? wanted : path.join(this.board, 'index.html');
    response.writeHead(200, {
      'content-type': contentTypes[path.extname(file)] ?? 'application/octet-stream',
    });
    createReadStream(file).pipe(response);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '26100' },
      board: { type: 'string', default: 'build/board' },
      'visits-per-second': { type: 'string', default: '8' },
      speed: { type: 'string', default: '60' },
      started: { type: 'string', default: '0.35' },
      empty: { type: 'boolean', default: false },
      'no-round': { type: 'boolean', default: false },
    },
  });
  const mock = new Mock({
    board: path.resolve(values.board),
    visitsPerSecond: Number(values['visits-per-second']),
    speed: Number(values.speed),
    started: Number(values.started),
    empty: values.empty,
    withRound: !values['no-round'],
  });
  console.log(`http://127.0.0.1:${await mock.start(Number(values.port))}/`);
}
