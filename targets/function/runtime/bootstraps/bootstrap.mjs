// Runs a Node.js handler against the Lambda Runtime API.

import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

let requestID = '';
let pending = null; // the call whose answer is not yet given

// The first process of a PID namespace has no default for SIGTERM.
process.on('SIGTERM', () => process.exit(0));

/** Fault is a failure that has a type of Lambda's. */
class Fault extends Error {
  constructor(kind, message) {
    super(message);
    this.name = kind;
  }
}

function request(method, target, body, headers = {}) {
  return new Promise((resolve, reject) => {
    if (body !== undefined) headers['Content-Length'] = Buffer.byteLength(body);
    const req = http.request({ host, port, method, agent, headers, path: `/2018-06-01/runtime${target}` }, (res) => {
      const chunks = [];
      res.on('data', (c) => chunks.push(c));
      res.on('error', reject);
      res.on('end', () => resolve({ status: res.statusCode, headers: res.headers, body: Buffer.concat(chunks).toString() }));
    });
    req.on('error', reject);
    req.setTimeout(0);
    req.end(body);
  });
}

async function post(target, body, headers = {}) {
  const res = await request('POST', target, body, { 'Content-Type': 'application/json', ...headers });
  if (res.status !== 202 && res.status !== 413) throw new Error(`runtime API: ${res.status} ${res.body}`);
}

function describe(e) {
  if (e instanceof Error || (e && typeof e.stack === 'string')) {
    return { errorType: e.name ?? 'Error', errorMessage: String(e.message ?? e), trace: (e.stack ?? '').split('\n') };
  }
  return { errorType: typeof e, errorMessage: String(e), trace: [] };
}

const fail = (target, error) => post(target, JSON.stringify(error), { 'Lambda-Runtime-Function-Error-Type': error.errorType });

// Lambda writes a console line as time, request id, level and text; newlines
// within it do not start a new line of the log.
function write(level, ...args) {
  const text = format(...args).replaceAll('\n', '\r');
  fs.writeSync(1, `${new Date().toISOString()}\t${requestID || 'undefined'}\t${level}\t${text}\n`);
}

function setUpConsole() {
  const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' };
  for (const [name, level] of Object.entries(levels)) console[name] = (...args) => write(level, ...args);
}

function isModule(file) {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  for (let dir = path.dirname(file); ; dir = path.dirname(dir)) {
    try {
      return JSON.parse(fs.readFileSync(path.join(dir, 'package.json'), 'utf8')).type === 'module';
    } catch {
      if (dir === path.dirname(dir)) return false;
    }
  }
}

async function load(file) {
  if (isModule(file)) return import(pathToFileURL(file).href);
  return createRequire(file)(file);
}

async function findHandler(root, name) {
  if (name.includes('..')) throw new Fault('Runtime.MalformedHandlerName', `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  const slash = name.lastIndexOf('/') + 1;
  const dot = name.indexOf('.', slash);
  if (dot < 0) throw new Fault('Runtime.MalformedHandlerName', 'Bad handler');
  const base = path.resolve(root, name.slice(0, dot));
  const file = ['', '.js', '.mjs', '.cjs'].map((e) => base + e).find((f) => fs.statSync(f, { throwIfNoEntry: false })?.isFile());
  if (!file) throw new Fault('Runtime.ImportModuleError', `Error: Cannot find module '${path.basename(base)}'`);
  const exported = await imported(file);
  const keys = name.slice(dot + 1).split('.');
  const dig = (o) => keys.reduce((v, k) => v?.[k], o);
  const handler = dig(exported) ?? dig(exported.default);
  if (handler === undefined) throw new Fault('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw new Fault('Runtime.HandlerNotFound', `${name} is not a function`);
  return handler;
}

async function imported(file) {
  try {
    return await load(file);
  } catch (e) {
    if (e instanceof SyntaxError) throw new Fault('Runtime.UserCodeSyntaxError', String(e));
    if (['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(e?.code)) throw new Fault('Runtime.ImportModuleError', String(e));
    throw e;
  }
}

function makeContext(headers, settle) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const client = headers['lambda-runtime-client-context'];
  const done = (error, result) => settle(error, result);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: client ? JSON.parse(client) : undefined,
    identity: undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done,
    succeed: (result) => done(null, result),
    fail: (error) => done(error ?? new Error('undefined')),
  };
}

// A call ends by its promise, by its callback at once or, as Lambda has it by
// default, when nothing is left to do; or with null when nothing is left to
// do and neither came.
function call(handler, headers, body) {
  return new Promise((resolve) => {
    const mine = { resolve, answer: { result: null }, settled: false };
    pending = mine;
    let context;
    const settle = (error, result) => {
      if (mine.settled) return;
      mine.settled = true;
      mine.answer = error === null || error === undefined ? { result } : { error };
      if (!context.callbackWaitsForEmptyEventLoop) resolve(mine.answer);
    };
    try {
      context = makeContext(headers, (error, result) => {
        context.callbackWaitsForEmptyEventLoop = false; // done, succeed and fail do not wait
        settle(error, result);
      });
      const returned = handler(JSON.parse(body), context, settle);
      if (typeof returned?.then === 'function') {
        returned.then((result) => resolve({ result }), (error) => resolve({ error }));
      }
    } catch (error) {
      resolve({ error });
    }
  });
}

process.on('beforeExit', () => pending?.resolve(pending.answer));

async function give(answer) {
  pending = null;
  const target = `/invocation/${requestID}`;
  if ('error' in answer) {
    const error = describe(answer.error);
    write('ERROR', 'Invoke Error', `\t${JSON.stringify(error)}`);
    return fail(`${target}/error`, error);
  }
  let body;
  try {
    body = JSON.stringify(answer.result ?? null) ?? 'null';
  } catch {
    return fail(`${target}/error`, describe(new Fault('Runtime.MarshalError', 'Unable to stringify response body')));
  }
  return post(`${target}/response`, body);
}

function dieOf(kind, code) {
  return (cause) => {
    const error = { ...describe(cause), ...(kind && { errorType: kind, errorMessage: String(cause) }) };
    write('ERROR', kind ? 'Unhandled Promise Rejection' : 'Uncaught Exception', `\t${JSON.stringify(error)}`);
    const target = requestID ? `/invocation/${requestID}/error` : '/init/error';
    fail(target, error).catch(() => {}).finally(() => process.exit(code));
  };
}

async function main() {
  setUpConsole();
  process.on('uncaughtException', dieOf('', 129));
  process.on('unhandledRejection', dieOf('Runtime.UnhandledPromiseRejection', 128));
  let handler;
  try {
    handler = await findHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  } catch (e) {
    const error = describe(e);
    write('ERROR', 'Uncaught Exception', `\t${JSON.stringify(error)}`);
    await fail('/init/error', error);
    process.exit(1);
  }
  for (;;) {
    const next = await request('GET', '/invocation/next');
    if (next.status !== 200) process.exit(1);
    requestID = next.headers['lambda-runtime-aws-request-id'];
    const trace = next.headers['lambda-runtime-trace-id'];
    if (trace) process.env._X_AMZN_TRACE_ID = trace;
    else delete process.env._X_AMZN_TRACE_ID;
    await give(await call(handler, next.headers, next.body));
  }
}

main();
