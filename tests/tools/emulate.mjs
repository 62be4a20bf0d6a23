// A stateful GitHub on a free port of this machine: prints its address, ends when standard input does.
import { createServer } from 'node:net'
import { createEmulator } from 'emulate'

const port = await new Promise((found) => {
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address()
    probe.close(() => found(port))
  })
})
const people = ['bot', 'sam', 'kim', 'mallory']
const service = await createEmulator({
  service: 'github',
  port,
  baseUrl: `http://127.0.0.1:${port}`,
  seed: {
    tokens: Object.fromEntries(people.map((login) => [`token-of-${login}`, { login, scopes: ['repo', 'user'] }])),
    github: { users: people.map((login) => ({ login, name: login })), repos: [] },
  },
})
console.log(service.url)
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
