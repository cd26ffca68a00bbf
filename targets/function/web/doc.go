// Package web is what plain HTTP reaches of functions: their URLs, and the
// downloads of their packages.
//
// Start from Handler, which serves the requests that Serves recognises: those
// below URLPath, and those whose host is a function URL's domain. A request
// becomes an event of payload format 2.0, and the function's answer an HTTP
// answer. Downloads makes links to packages and serves them.
//
// Promises: nothing is read of a request before its URL is known, and no more
// than a function may be given; what is read at one time is bounded. A request to
// a URL of type AWS_IAM has passed the Gate. Headers that belong to a single
// connection are not taken from a function.
//
// Left to others: who a signature belongs to and what pages may send (the
// server, as Gate), functions and how they run (targets/function). Policies are
// not enforced, as everywhere: a URL of type NONE is open to whoever knows it.
package web
