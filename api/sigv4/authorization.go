package sigv4

import (
	"net/http"
	"strings"

	"skywatch/internal/fault"
)

// authorization holds the three parameters of an Authorization header.
type authorization struct{ credential, signedHeaders, signature string }

// isSigV4 reports whether an Authorization header is of a scheme that we
// verify or have to refuse by name (AWS4-HMAC-SHA256, SigV4A's
// AWS4-ECDSA-P256-SHA256).
func isSigV4(header string) bool { return strings.HasPrefix(header, "AWS4-") }

// parseAuthorization reads "AWS4-HMAC-SHA256 Credential=.., SignedHeaders=..,
// Signature=..". The parameters may come in any order; blanks around the
// commas are optional; a parameter may be missing, which its reader notices.
func parseAuthorization(header string) (authorization, error) {
	scheme, rest, _ := strings.Cut(header, " ")
	if scheme != algorithm {
		return authorization{}, errAlgorithm(scheme)
	}
	var a authorization
	for pair := range strings.SplitSeq(rest, ",") {
		pair = strings.Trim(pair, " ")
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return authorization{}, fault.New(fault.IncompleteAuth,
				"'%s' not a valid key=value pair (missing equal-sign) in Authorization header.", clip(pair))
		}
		field := a.field(name)
		if field == nil {
			return authorization{}, fault.New(fault.IncompleteAuth,
				"'%s' is not a parameter of the Authorization header.", clip(name))
		}
		if *field != "" {
			return authorization{}, fault.New(fault.IncompleteAuth,
				"Authorization header has more than one '%s' parameter.", name)
		}
		*field = value
	}
	return a, nil
}

func (a *authorization) field(name string) *string {
	switch name {
	case "Credential":
		return &a.credential
	case "SignedHeaders":
		return &a.signedHeaders
	case "Signature":
		return &a.signature
	default:
		return nil
	}
}

// complete names every part that is missing, in AWS's words.
func (a *authorization) complete(date string) error {
	var missing []string
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if *a.field(name) == "" {
			missing = append(missing, "Authorization header requires '"+name+"' parameter.")
		}
	}
	if date == "" {
		missing = append(missing, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	if missing == nil {
		return nil
	}
	return fault.New(fault.IncompleteAuth, "%s", strings.Join(missing, " "))
}

func errAlgorithm(name string) error {
	return fault.New(fault.IncompleteAuth, "Unsupported AWS 'algorithm': '%s'.", clip(name))
}

// headerClaim reads the claim of a request signed in its header.
func headerClaim(r *Request, header string) (*claim, error) {
	if err := once(r.Header, "Authorization", "Date", headerDate, headerToken, headerPayload); err != nil {
		return nil, err
	}
	a, err := parseAuthorization(header)
	if err != nil {
		return nil, err
	}
	date := r.Header.Get(headerDate)
	if date == "" {
		date = r.Header.Get("Date")
	}
	if err := a.complete(date); err != nil {
		return nil, err
	}
	c := &claim{token: r.Header.Get(headerToken), payload: r.Header.Get(headerPayload)}
	return c, c.read(a, date)
}

// The headers that SigV4 itself reads, in net/http's spelling.
const (
	headerDate    = "X-Amz-Date"
	headerToken   = "X-Amz-Security-Token"
	headerPayload = "X-Amz-Content-Sha256"
)

// once refuses a header that says two things.
func once(h http.Header, names ...string) error {
	for _, name := range names {
		if len(h[name]) > 1 {
			return fault.New(fault.IncompleteAuth, "The header '%s' must be sent at most once.", name)
		}
	}
	return nil
}

// read fills c from the parts that both forms share.
func (c *claim) read(a authorization, date string) (err error) {
	if c.Credential, err = parseCredential(a.credential); err != nil {
		return err
	}
	if c.signedHeaders, err = parseSignedHeaders(a.signedHeaders); err != nil {
		return err
	}
	if c.signature, err = parseSignature(a.signature); err != nil {
		return err
	}
	c.at, c.stamp, err = parseDate(date)
	return err
}
