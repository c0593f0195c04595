// Verifies answers with an implementation of RFC 9421 that nobody here wrote. Reads a list of exchanges as JSON from the
// standard input and writes a list of verdicts: "ok", or what is wrong. Its argument is the folder of the packages.
import { createRequire } from 'node:module';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { text } from 'node:stream/consumers';

const { httpbis } = createRequire(`${process.argv[2]}/`)('http-message-signatures');

async function verdict({ keys, request, response }) {
  const found = new Map(Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const digest = `sha-256=:${createHash('sha256').update(response.body).digest('base64')}:`;
  if (found.get('content-digest') !== digest) return 'the digest is not that of the body';
  try {
    const verified = await httpbis.verifyMessage({
      notAfter: new Date(8.64e15),
      requiredParams: ['created', 'keyid', 'alg'],
      requiredFields: ['content-digest'],
      async keyLookup({ keyid }) {
        const jwk = keys.find(key => key.kid === keyid);
        return jwk && {
          id: keyid,
          algs: ['rsa-v1_5-sha256'],
          verify: async (data, signature) => verify('RSA-SHA256', data, createPublicKey({ key: jwk, format: 'jwk' }), signature),
        };
      },
    }, response, request);
    return verified ? 'ok' : `verified: ${verified}`;
  } catch (error) {
    return error.message;
  }
}

console.log(JSON.stringify(await Promise.all(JSON.parse(await text(process.stdin)).map(verdict))));
