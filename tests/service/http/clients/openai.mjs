// OpenAI's own package. Reads {at, key, options, requests} and writes the answer or the error of each request.
import { readFileSync } from "node:fs";
import OpenAI from "openai";

const { at, key, options, requests } = JSON.parse(readFileSync(0, "utf8"));
const client = new OpenAI({ baseURL: `${at}/v1`, apiKey: key, maxRetries: 0, ...options });

async function answer({ api, body }) {
  const create = api === "models" ? () => client.models.list() : api === "completions"
    ? () => client.completions.create(body) : () => client.chat.completions.create(body);
  try {
    const got = await create();
    if (api === "models") return { ids: got.data.map((model) => model.id) };
    if (!body.stream) return { text: got.choices[0].message?.content ?? got.choices[0].text, whole: got };
    let text = "", end = null, usage = null, chunks = 0;
    for await (const chunk of got) {
      chunks += 1;
      text += chunk.choices[0]?.delta?.content ?? chunk.choices[0]?.text ?? "";
      end = chunk.choices[0]?.finish_reason ?? end;
      usage = chunk.usage ?? usage;
    }
    return { text, end, usage, chunks };
  } catch (error) {
    if (!(error instanceof OpenAI.APIError)) throw error;
    const { status, code, param, type, message } = error;
    return { error: error.constructor.name, status, code, param, type, message };
  }
}

const answers = [];
for (const request of requests) answers.push(await answer(request));
console.log(JSON.stringify(answers));
