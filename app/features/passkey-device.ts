/** A ceremony that was not finished, in words for the person in front of it. */
export class CeremonyEnded extends Error {}

interface Asked<Options> {
  challengeId: string
  options: Options
}

async function ask<Options>(path: string): Promise<Asked<Options>> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const body = await response.json()
  if (!response.ok) throw new CeremonyEnded(typeof body.detail === 'string' ? body.detail : 'That did not work. Try again.')
  return body as Asked<Options>
}

/** What the browser says when its person closed the dialog, waited too long, or the device is known already. */
function inWords(error: unknown): CeremonyEnded {
  if (error instanceof CeremonyEnded) return error
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'AbortError')
    return new CeremonyEnded('Nothing was done: the passkey was not confirmed.')
  if (name === 'InvalidStateError') return new CeremonyEnded('This device has a passkey for you already.')
  return new CeremonyEnded('This browser could not use a passkey here.')
}

/** Makes a passkey; answers what the server wants to know of it. The library is fetched when it is used. */
export async function makePasskey(path: string): Promise<{ challengeId: string; response: string }> {
  try {
    const { startRegistration } = await import('@simplewebauthn/browser')
    const { challengeId, options } = await ask<Parameters<typeof startRegistration>[0]['optionsJSON']>(path)
    const { id, rawId, type, response } = await startRegistration({ optionsJSON: options })
    const { clientDataJSON, attestationObject, transports } = response
    return {
      challengeId,
      response: JSON.stringify({ id, rawId, type, response: { clientDataJSON, attestationObject, transports } }),
    }
  } catch (error) {
    throw inWords(error)
  }
}

/** Asks for a passkey; answers what the server wants to know of it. */
export async function showPasskey(path: string): Promise<{ challengeId: string; response: string }> {
  try {
    const { startAuthentication } = await import('@simplewebauthn/browser')
    const { challengeId, options } = await ask<Parameters<typeof startAuthentication>[0]['optionsJSON']>(path)
    const { id, rawId, type, response } = await startAuthentication({ optionsJSON: options })
    const { clientDataJSON, authenticatorData, signature, userHandle } = response
    const said = { id, rawId, type, response: { clientDataJSON, authenticatorData, signature, userHandle } }
    return { challengeId, response: JSON.stringify(said) }
  } catch (error) {
    throw inWords(error)
  }
}
