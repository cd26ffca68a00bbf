package sigv4

import (
	"slices"
	"strings"

	"skywatch/internal/fault"
)

// param is one parameter of a query string, decoded.
type param struct{ name, value string }

// query is a query string in the order received.
type query []param

// parseQuery splits and decodes a query string. A plus sign is a blank, as in
// the forms that the Query protocol reads.
func parseQuery(raw string) (query, error) {
	var q query
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		n, ok := unescape(name)
		v, ok2 := unescape(value)
		if !ok || !ok2 {
			return nil, fault.New(fault.Malformed, "The query string contains an invalid percent-escape: '%s'", clip(pair))
		}
		q = append(q, param{n, v})
	}
	return q, nil
}

// signed reports whether the query carries a presigned request's parameters.
func (q query) signed() bool {
	return slices.ContainsFunc(q, func(p param) bool {
		return p.name == queryAlgorithm || p.name == querySignature || p.name == queryCredential
	})
}

// lookup returns the only value of a parameter.
func (q query) lookup(name string) (value string, found bool, err error) {
	for _, p := range q {
		if p.name != name {
			continue
		}
		if found {
			return "", true, fault.New(fault.IncompleteAuth, "AWS query-string parameter '%s' must be sent at most once.", name)
		}
		value, found = p.value, true
	}
	return value, found, nil
}

// canonical returns the query as it is signed: every name and value escaped
// anew, sorted by escaped name and then by escaped value, without the
// signature of a presigned request.
func (q query) canonical(presigned bool) string {
	if len(q) == 0 {
		return ""
	}
	pairs := make([]param, 0, len(q))
	for _, p := range q {
		if presigned && p.name == querySignature {
			continue
		}
		pairs = append(pairs, param{escape(p.name), escape(p.value)})
	}
	slices.SortFunc(pairs, func(a, b param) int {
		if c := strings.Compare(a.name, b.name); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name)
		b.WriteByte('=')
		b.WriteString(p.value)
	}
	return b.String()
}
