package sigv4

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"skywatch/internal/fault"
)

// claim is everything that a request says of its own signature.
type claim struct {
	Credential
	signedHeaders []string // lower case, in the order signed
	signature     [sha256.Size]byte
	stamp         string // time of signing as signed, yyyyMMdd'T'HHmmss'Z'
	at            time.Time
	presigned     bool
	expires       time.Duration // of a presigned request; 0 means the usual skew
	token         string        // session token, empty if none
	payload       string        // hash of the body as claimed, empty if none
}

// errMissing is a fault for a request that carries no signature at all.
func errMissing() error {
	return fault.New(fault.MissingAuth, "Request is missing Authentication Token")
}

// parseClaim reads the signature from the header or from the query.
func parseClaim(r *Request, q query) (*claim, error) {
	header := r.Header.Get("Authorization")
	inHeader, inQuery := isSigV4(header), q.signed()
	switch {
	case inHeader && inQuery:
		return nil, fault.New(fault.IncompleteAuth,
			"A request is signed either in the Authorization header or in the query string, not in both.")
	case inHeader:
		return headerClaim(r, header)
	case inQuery:
		return queryClaim(r, q)
	default:
		// A header of another scheme (Basic, Bearer) is no AWS credential
		// (inferred).
		return nil, errMissing()
	}
}

// ParseScope reads which key, region and service r claims to be signed for,
// without verifying anything; found is false when r carries no SigV4
// signature. In local mode, where any signature is taken, it tells the
// service and the region. A claim that cannot be read is a fault of kind
// IncompleteAuth, BadSignature or Malformed.
func ParseScope(r *Request) (c Credential, found bool, err error) {
	if h := r.Header.Get("Authorization"); isSigV4(h) {
		params, err := parseAuthorization(h)
		if err != nil {
			return Credential{}, true, err
		}
		c, err = parseCredential(params.credential)
		return c, true, err
	}
	q, err := parseQuery(r.RawQuery)
	if err != nil || !q.signed() {
		return Credential{}, false, err
	}
	value, ok, err := q.lookup(queryCredential)
	if err != nil {
		return Credential{}, true, err
	}
	if !ok {
		return Credential{}, true, errQueryMust([]string{queryCredential})
	}
	c, err = parseCredential(value)
	return c, true, err
}

// maxSignedHeaders bounds the list (ours): an SDK signs about a dozen.
const maxSignedHeaders = 128

// parseSignedHeaders splits the list and checks that it is one: lower-case
// names, each once.
func parseSignedHeaders(s string) ([]string, error) {
	names := make([]string, 0, 16)
	for n := range strings.SplitSeq(s, ";") {
		if n == "" || len(names) == maxSignedHeaders || slices.Contains(names, n) || n != strings.ToLower(n) {
			return nil, fault.New(fault.IncompleteAuth,
				"SignedHeaders must be a semicolon-separated list of lower-case header names, each once, got '%s'", clip(s))
		}
		names = append(names, n)
	}
	return names, nil
}

// parseSignature takes 64 lower-case hexadecimal digits and nothing else, so
// that a signature has one spelling.
func parseSignature(s string) (sig [sha256.Size]byte, err error) {
	n, err := hex.Decode(sig[:], []byte(clip(s)))
	if err != nil || n != len(sig) || s != strings.ToLower(s) {
		return sig, fault.New(fault.IncompleteAuth,
			"Signature must be 64 lower-case hexadecimal digits, got '%s'", clip(s))
	}
	return sig, nil
}
