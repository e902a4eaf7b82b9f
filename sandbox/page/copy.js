// A request as code. Only its method, path and operation are known; the key is
// a placeholder that the reader's environment fills, and a body is left to fill in.

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const takesBody = (request) => !["GET", "DELETE"].includes(request.method);

function curl(request) {
  const lines = [
    `curl --request ${request.method} ${quoted(location.origin + request.path)}`,
    '  --header "authorization: Bearer $DEFACTO_API_KEY"',
  ];
  if (takesBody(request)) lines.push("  --header 'content-type: application/json'", "  --data '{}'");
  return `${lines.join(" \\\n")}\n`;
}

/** The values of the path's parameters, as JSON writes text: Python and
 * JavaScript read it the same. */
function parameters(request) {
  const given = request.path.split("/");
  const names = (request.template ?? "").split("/");
  return names.flatMap((name, index) => (name.startsWith("{") ? [JSON.stringify(decode(given[index] ?? ""))] : []));
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function python(request) {
  if (!request.operation) return `# No operation of the API: ${JSON.stringify(`${request.method} ${request.path}`)}\n`;
  const body = takesBody(request) ? "  # with the fields of the body" : "";
  return [
    "import os",
    "",
    "from defacto_sdk import Client",
    "",
    `with Client(base_url=${JSON.stringify(location.origin)}, api_key=os.environ["DEFACTO_API_KEY"]) as client:`,
    `    ${request.list ? "for one in " : "print("}client.${request.operation}(${parameters(request).join(", ")})${request.list ? ":" : `)${body}`}`,
    ...(request.list ? ["        print(one)"] : []),
    "",
  ].join("\n");
}

const camel = (name) => name.replaceAll(/_([a-z])/g, (_, letter) => letter.toUpperCase());

function node(request) {
  if (!request.operation) return `// No operation of the API: ${JSON.stringify(`${request.method} ${request.path}`)}\n`;
  const call = `client.${camel(request.operation)}(${parameters(request).join(", ")})`;
  const body = takesBody(request) ? " // with the fields of the body" : "";
  return [
    'import { Client } from "defacto-sdk";',
    "",
    `const client = new Client({ baseUrl: ${JSON.stringify(location.origin)}, apiKey: process.env.DEFACTO_API_KEY });`,
    request.list ? `for await (const one of ${call}) console.log(one);` : `console.log(await ${call});${body}`,
    "",
  ].join("\n");
}

export const languages = [
  ["curl", curl],
  ["Python", python],
  ["Node", node],
];
