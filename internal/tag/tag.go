// Package tag holds what AWS's services have in common in their rules for tags.
// Each has its own words for a refusal, which stay with it.
package tag

import "strings"

// Most is how many tags a resource has at most ("Tagging AWS resources").
const Most = 50

// Reserved reports whether a key is one of those that only AWS itself sets:
// they begin with aws:, in any case.
func Reserved(key string) bool {
	const prefix = "aws:"
	return len(key) >= len(prefix) && strings.EqualFold(key[:len(prefix)], prefix)
}

// AnyReserved reports whether tags have a key that is reserved.
func AnyReserved(tags map[string]string) bool {
	for key := range tags {
		if Reserved(key) {
			return true
		}
	}
	return false
}
