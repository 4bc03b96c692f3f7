// An OpenID provider that others wrote and certified, on loopback, for one client. What it needs to know it is told as
// JSON in its first argument: { client, people }. It prints its issuer and lives until its standard input ends.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const { client, people } = JSON.parse(process.argv[2]);
const bySubject = new Map(Object.values(people).map((person) => [person.claims.sub, person]));
const said = new Set([...bySubject.values()].flatMap((person) => Object.keys(person.claims)));
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const loginPage = `<!doctype html><title>Sign in</title><form method="post">${Object.keys(people)
  .map((account) => `<button name="account" value="${account}">${account}</button>`)
  .join('')}</form>`;

function configuration() {
  return {
    clients: [client],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', kid: randomBytes(8).toString('hex') }] },
    // The gateway posts a sign-out, so that no token is in an address; its site may be another than the provider's.
    enableHttpPostMethods: true,
    cookies: { keys: [randomBytes(32).toString('hex')], long: { sameSite: 'none' } },
    acrValues: ['aal1', 'aal2'],
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time'], profile: [...said].filter((name) => name !== 'sub') },
    findAccount: (_, subject) =>
      bySubject.has(subject) && { accountId: subject, claims: () => bySubject.get(subject).claims },
    // Everything asked for is granted, so that nobody is asked for consent.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid profile email phone');
      await grant.save();
      return grant;
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          const yes = '<button form="op.logoutForm" name="logout" value="yes">Yes</button>';
          ctx.body = `<!doctype html><title>Sign out</title>${form}${yes}`;
        },
      },
    },
    // Its own way out refuses to call loopback.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  };
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration());
  const standard = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url.startsWith('/interaction/')) return standard(request, response);
    if (request.method === 'GET') return response.setHeader('Content-Type', 'text/html').end(loginPage);
    let form = '';
    for await (const chunk of request) form += chunk;
    const { claims, acr, amr } = people[new URLSearchParams(form).get('account')];
    return provider.interactionFinished(request, response, { login: { accountId: claims.sub, acr, amr } });
  });
  console.log(issuer);
});
process.stdin.resume().on('end', () => process.exit());
