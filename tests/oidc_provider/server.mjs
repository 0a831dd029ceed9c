// The provider that the tests sign in at: node server.mjs PORT, its clients and people as JSON on
// standard input. Says «listening» when it answers; ends when its standard input closes.
import { createInterface } from "node:readline";
import { Provider } from "oidc-provider";

const port = Number(process.argv[2]);
const lines = createInterface({ input: process.stdin });
const { clients, people } = JSON.parse((await lines[Symbol.asyncIterator]().next()).value);

const claims = ["given_name", "family_name", "usual_name", "uid", "siret"];
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients,
  claims: {
    email: ["email", "email_verified"],
    profile: ["given_name", "family_name"],
    ...Object.fromEntries(claims.map((name) => [name, [name]])),
  },
  scopes: ["openid", "email", "profile", ...claims],
  pkce: { required: () => true },
  features: { jwtUserinfo: { enabled: true } },
  findAccount: (context, id) =>
    people[id] && {
      accountId: id,
      claims: () => ({ sub: `opaque-${id}`, ...people[id] }),
    },
});
provider.listen(port, "127.0.0.1", () => console.log("listening"));
process.stdin.on("end", () => process.exit(0));
process.stdin.on("close", () => process.exit(0));
