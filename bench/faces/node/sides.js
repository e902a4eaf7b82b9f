// The contenders: each is what a program does with one library.

const KEY = "bench-0123456789";
const HEADERS = { authorization: `Bearer ${KEY}`, accept: "application/json" };
const JSON_HEADERS = { ...HEADERS, "content-type": "application/json" };

const ours = async (url) => {
  const { Client } = await import("defacto-sdk");
  const client = new Client({ baseUrl: url, apiKey: KEY });
  return {
    async page() {
      for await (const page of client.loans.list({ pageSize: 100 }).pages()) return page;
    },
    get: (id) => client.loans.get(id),
    create: (request) => client.loans.create(request),
  };
};

/** axios as it is, or with models filled from what it reads. */
const axios = (models) => async (url) => {
  const { default: axios } = await import("axios");
  const { Agent } = await import("node:http");
  const http = axios.create({
    baseURL: url,
    headers: HEADERS,
    proxy: false,
    httpAgent: new Agent({ keepAlive: true }),
  });
  const [loan, page] = models ? await instances() : [(data) => data, (data) => data];
  return {
    page: async () => page((await http.get("/loans?page_size=100")).data).data,
    get: async (id) => loan((await http.get(`/loan/${id}`)).data),
    create: async (request) => loan((await http.post("/loans", request)).data),
  };
};

async function instances() {
  const { plainToInstance } = await import("class-transformer");
  const { Loan, Page } = await import("./models.js");
  return [Loan, Page].map((model) => (data) => plainToInstance(model, data));
}

const undici = async (url) => {
  const { request, Agent } = await import("undici");
  const dispatcher = new Agent({ connections: 64 });
  const read = async (path, options) => {
    const { statusCode, body } = await request(url + path, { dispatcher, ...options });
    const text = await body.text();
    if (statusCode >= 300) throw new Error(`${statusCode}`);
    return JSON.parse(text);
  };
  return {
    page: async () => (await read("/loans?page_size=100", { headers: HEADERS })).data,
    get: (id) => read(`/loan/${id}`, { headers: HEADERS }),
    create: (body) => read("/loans", { method: "POST", headers: JSON_HEADERS, body: JSON.stringify(body) }),
  };
};

const fetched = async (url) => {
  const read = async (path, options) => {
    const response = await fetch(url + path, options);
    if (!response.ok) throw new Error(`${response.status}`);
    return JSON.parse(await response.text());
  };
  return {
    page: async () => (await read("/loans?page_size=100", { headers: HEADERS })).data,
    get: (id) => read(`/loan/${id}`, { headers: HEADERS }),
    create: (body) => read("/loans", { method: "POST", headers: JSON_HEADERS, body: JSON.stringify(body) }),
  };
};

export const SIDES = {
  defacto: ours,
  axios: axios(false),
  "axios-models": axios(true),
  undici,
  fetch: fetched,
};
