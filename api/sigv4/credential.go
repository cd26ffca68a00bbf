package sigv4

import (
	"strings"

	"skywatch/internal/fault"
)

// Scope is a credential scope: the day, region and service that a signature
// is good for.
type Scope struct {
	Date    string // yyyymmdd
	Region  string // for example us-east-1
	Service string // signing name, for example monitoring
}

// String returns the scope as it is signed.
func (s Scope) String() string {
	return s.Date + "/" + s.Region + "/" + s.Service + "/" + terminator
}

// Credential is the claim of a request: whose key, in which scope.
type Credential struct {
	AccessKeyID string
	Scope
}

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"

	// maxCredential bounds what is kept of a claim (ours; AWS's longest access
	// key id is 128 characters, regions and signing names are below 64).
	maxCredential = 512
)

// parseCredential reads "keyid/date/region/service/aws4_request".
func parseCredential(s string) (Credential, error) {
	part := strings.Split(s, "/")
	if len(part) != 5 || len(s) > maxCredential {
		return Credential{}, fault.New(fault.IncompleteAuth,
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'", clip(s))
	}
	c := Credential{part[0], Scope{Date: part[1], Region: part[2], Service: part[3]}}
	for i, name := range []string{"keyid", "date", "region", "service"} {
		if part[i] == "" {
			return Credential{}, fault.New(fault.IncompleteAuth,
				"Credential must name its %s, got '%s'", name, s)
		}
	}
	if part[4] != terminator {
		return Credential{}, fault.New(fault.BadSignature,
			"Credential should be scoped with a valid terminator: '%s', not '%s'.", terminator, part[4])
	}
	return c, nil
}

// clip bounds what a message repeats of a request.
func clip(s string) string {
	const most = 128
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}
