// node provider.mjs PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI: says who somebody is by the login they type, "ann" or,
// for another person with the same e-mail, "ann~2". Nobody's e-mail is verified whose login begins with "unverified".
import { Provider } from "oidc-provider";

const [port, client_id, client_secret, redirect_uri] = process.argv.slice(2);
const provider = new Provider(`http://localhost:${port}`, {
  clients: [{ client_id, client_secret, redirect_uris: [redirect_uri] }],
  claims: { email: ["email", "email_verified"] },
  findAccount: (_context, sub) => ({
    accountId: sub,
    claims: () => ({ sub, email: `${sub.split("~")[0]}@example.com`, email_verified: !sub.startsWith("unverified") }),
  }),
  pkce: { required: () => true },
});
provider.listen(Number(port), "127.0.0.1");
