// Package conformance holds the server against the outside: recorded requests
// of real clients (testdata/wire-samples), real SDKs and the command line
// client, and the tables of documented behaviour as data. It holds tests only.
package conformance
