// Package tlsreload serves TLS from a certificate and a key file and takes up
// new ones without a restart.
//
// Start from Open and Certificate.Config. The files are looked at when a
// client connects, at most once a second, and whenever Reload is called (the
// server does so on SIGHUP). A new pair is taken only if it is whole: while it
// is not, the one before keeps serving and the reason is logged once for each
// state of the files. Connections that exist keep what they began with.
//
// The package starts no goroutine. Signals, listeners and client certificates
// are left to the server.
package tlsreload
