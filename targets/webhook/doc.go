// Package webhook is the one client for HTTP calls to addresses that others
// chose: subscribers of topics, API destinations and the endpoints that
// authorize calls to these.
//
// Start from New and Client.Do. A host is resolved, its addresses are
// checked against the egress rules, and a checked address is the one dialled,
// so that a name cannot change its mind in between. Public addresses over
// https are reachable; loopback, private, link-local and all other special
// ranges, and plain http, only where Options.Allow names the range. Redirects
// are answers, not followed; proxies of the environment are not used; time,
// headers and bodies are bounded. The client keeps no state but idle
// connections, which Close ends.
package webhook
