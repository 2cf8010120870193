// How four model APIs are spoken, each as an event stream and, where clients ask for it, as one JSON answer.
// `reply`: { text?, tools?: [{ name, input, custom? }], chunkMs? }.
import { setTimeout as wait } from 'node:timers/promises';

let lastId = 0;
const newId = (prefix) => `${prefix}${Date.now().toString(36)}${(++lastId).toString(36)}`;

/** Finds the dialect a request is in, with what is told from its body. */
export function findDialect(path, body) {
  if (/\/messages\/count_tokens$/.test(path)) return { kind: 'count', answer: { input_tokens: 1_000 } };
  if (/:countTokens$/.test(path)) return { kind: 'count', answer: { totalTokens: 1_000 } };
  if (/\/messages$/.test(path)) return { kind: 'messages', speak: speakMessages, input: body.messages };
  if (/\/responses$/.test(path)) return { kind: 'responses', speak: speakResponses, input: body.input };
  if (/\/chat\/completions$/.test(path)) return { kind: 'chat', speak: speakChat, input: body.messages };
  if (/:(?:streamG|g)enerateContent$/.test(path)) {
    const isStream = path.endsWith(':streamGenerateContent');
    return {
      kind: 'gemini',
      speak: (options) => speakGemini({ ...options, isStream }),
      input: body.contents,
    };
  }
  if (/\/models$/.test(path))
    return { kind: 'list', answer: { object: 'list', data: [{ id: 'mock-model' }] } };
  return undefined;
}

/**
 * Whether a request belongs to the conversation: it offers tools and asks for no structured answer. All others (titles, routing,
 * quota checks) go on behind the user's back.
 */
export function isConversation(body) {
  const input = Array.isArray(body.input) ? body.input : [];
  const hasTools = body.tools?.length > 0 || input.some(({ type }) => type === 'additional_tools');
  const wantsForm =
    body.text?.format?.type === 'json_schema' ||
    body.output_config?.format ||
    body.response_format ||
    body.generationConfig?.responseJsonSchema ||
    body.generationConfig?.responseSchema;
  return hasTools && !wantsForm;
}

function openStream(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
}

function send(response, data, type) {
  response.write(`${type === undefined ? '' : `event: ${type}\n`}data: ${JSON.stringify(data)}\n\n`);
}

function sendJson(response, data) {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(data));
}

/** A few words at a time, until the client goes away. */
async function* piecesOf({ text = '', chunkMs = 10 }, response) {
  for (const [piece] of text.matchAll(/\s*(?:\S+\s*){1,4}/g)) {
    if (response.destroyed) return;
    yield piece;
    await wait(chunkMs);
  }
}

async function speakMessages({ response, body, reply }) {
  const { text = '', tools = [] } = reply;
  const stop_reason = tools.length > 0 ? 'tool_use' : 'end_turn';
  const usage = { input_tokens: 1_000, output_tokens: 40 };
  const head = { id: newId('msg_'), type: 'message', role: 'assistant', model: body.model };
  const uses = tools.map(({ name, input }) => ({ type: 'tool_use', id: newId('toolu_'), name, input }));
  if (!body.stream) {
    const content = [...(text ? [{ type: 'text', text }] : []), ...uses];
    return sendJson(response, { ...head, content, stop_reason, stop_sequence: null, usage });
  }
  openStream(response);
  const event = (type, data) => send(response, { type, ...data }, type);
  event('message_start', {
    message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage },
  });
  let index = 0;
  if (text) {
    event('content_block_start', { index, content_block: { type: 'text', text: '' } });
    for await (const piece of piecesOf(reply, response)) {
      event('content_block_delta', { index, delta: { type: 'text_delta', text: piece } });
    }
    event('content_block_stop', { index: index++ });
  }
  for (const use of uses) {
    event('content_block_start', { index, content_block: { ...use, input: {} } });
    const partial_json = JSON.stringify(use.input);
    event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json } });
    event('content_block_stop', { index: index++ });
  }
  event('message_delta', { delta: { stop_reason, stop_sequence: null }, usage });
  event('message_stop', {});
  response.end();
}

async function speakResponses({ response, body, reply }) {
  const { text = '', tools = [] } = reply;
  const created_at = Math.floor(Date.now() / 1_000);
  const head = { id: newId('resp_'), object: 'response', created_at, model: body.model };
  let sequence_number = 0;
  openStream(response);
  const event = (type, data) => send(response, { type, sequence_number: sequence_number++, ...data }, type);
  event('response.created', { response: { ...head, status: 'in_progress', output: [] } });
  const output = [];
  if (text) {
    const item = { id: newId('msg_'), type: 'message', role: 'assistant' };
    const where = { item_id: item.id, output_index: 0, content_index: 0 };
    const part = { type: 'output_text', text: '', annotations: [] };
    event('response.output_item.added', {
      output_index: 0,
      item: { ...item, status: 'in_progress', content: [] },
    });
    event('response.content_part.added', { ...where, part });
    for await (const delta of piecesOf(reply, response)) {
      event('response.output_text.delta', { ...where, delta });
    }
    event('response.output_text.done', { ...where, text });
    output.push({ ...item, status: 'completed', content: [{ ...part, text }] });
    event('response.output_item.done', { output_index: 0, item: output[0] });
  }
  for (const { name, input, custom } of tools) {
    const call = custom
      ? { id: newId('ctc_'), type: 'custom_tool_call', input }
      : { id: newId('fc_'), type: 'function_call', arguments: JSON.stringify(input) };
    const item = { ...call, call_id: newId('call_'), name, status: 'completed' };
    event('response.output_item.added', {
      output_index: output.length,
      item: { ...item, status: 'in_progress' },
    });
    event('response.output_item.done', { output_index: output.length, item });
    output.push(item);
  }
  const usage = {
    ...{ input_tokens: 1_000, output_tokens: 40, total_tokens: 1_040 },
    input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  };
  event('response.completed', { response: { ...head, status: 'completed', output, usage } });
  response.end();
}

async function speakChat({ response, body, reply }) {
  const { text = '', tools = [] } = reply;
  const head = { id: newId('chatcmpl-'), created: Math.floor(Date.now() / 1_000), model: body.model };
  const usage = { prompt_tokens: 1_000, completion_tokens: 40, total_tokens: 1_040 };
  const finish_reason = tools.length > 0 ? 'tool_calls' : 'stop';
  const tool_calls = tools.map(({ name, input }, index) => ({
    ...{ index, id: newId('call_'), type: 'function' },
    function: { name, arguments: JSON.stringify(input) },
  }));
  const calls = tools.length > 0 ? { tool_calls } : {};
  if (!body.stream) {
    const message = { role: 'assistant', content: text, ...calls };
    const choices = [{ index: 0, message, finish_reason }];
    return sendJson(response, { ...head, object: 'chat.completion', choices, usage });
  }
  openStream(response);
  const event = (choices, more = {}) =>
    send(response, { ...head, object: 'chat.completion.chunk', choices, ...more });
  const delta = (change, reason = null) => event([{ index: 0, delta: change, finish_reason: reason }]);
  delta({ role: 'assistant', content: '' });
  for await (const content of piecesOf(reply, response)) delta({ content });
  if (tools.length > 0) delta(calls);
  delta({}, finish_reason);
  event([], { usage });
  response.end('data: [DONE]\n\n');
}

async function speakGemini({ response, reply, isStream }) {
  const { text = '', tools = [] } = reply;
  const usageMetadata = { promptTokenCount: 1_000, candidatesTokenCount: 40, totalTokenCount: 1_040 };
  const calls = tools.map(({ name, input }) => ({ functionCall: { name, args: input } }));
  const answer = (parts, more = {}) => ({
    candidates: [{ content: { role: 'model', parts }, index: 0, ...more }],
    usageMetadata,
  });
  if (!isStream) return sendJson(response, answer([{ text }, ...calls], { finishReason: 'STOP' }));
  openStream(response);
  for await (const piece of piecesOf(reply, response)) send(response, answer([{ text: piece }]));
  send(response, answer(calls.length > 0 ? calls : [{ text: '' }], { finishReason: 'STOP' }));
  response.end();
}
