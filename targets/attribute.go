package targets

import (
	"regexp"
	"strconv"
	"strings"

	"skywatch/internal/fault"
)

// MaxAttributes is how many attributes a message of a queue has at most.
const MaxAttributes = 10

// longestAttributeName is that of SQS and SNS (developer guides, "message
// attributes").
const longestAttributeName = 256

var attributeName = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// Size is what the attribute counts towards a message's limit.
func (a Attribute) Size(name string) int {
	return len(name) + len(a.Type) + len(a.String) + len(a.Binary)
}

// Base is the type without its label: String, Number or Binary.
func (a Attribute) Base() string {
	base, _, _ := strings.Cut(a.Type, ".")
	return base
}

// Check holds an attribute against the rules that topics and queues share.
func (a Attribute) Check(name string) error {
	if !attributeName.MatchString(name) || len(name) > longestAttributeName ||
		strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, "..") || reserved(name) {
		return fault.New(fault.InvalidValue, "The message attribute name '%s' is invalid.", name) // (inferred)
	}
	if a.Type == "" {
		return fault.New(fault.InvalidValue, "The message attribute '%s' must contain a non-empty message attribute type.", name)
	}
	empty := a.String == ""
	switch a.Base() {
	case "String", "Number":
	case "Binary":
		empty = len(a.Binary) == 0
	default:
		return fault.New(fault.InvalidValue, "The message attribute '%s' has an invalid message attribute type, "+
			"the set of supported type prefixes is Binary, Number, and String.", name)
	}
	if empty {
		return fault.New(fault.InvalidValue, "The message attribute '%s' must contain non-empty message attribute value for message attribute type '%s'.", name, a.Type)
	}
	if a.Base() == "Number" {
		// Digits only: ParseFloat reads NaN, Inf and 0x1p4 too.
		if _, err := strconv.ParseFloat(a.String, 64); err != nil || strings.Trim(a.String, "+-.0123456789eE") != "" {
			return fault.New(fault.InvalidValue, "Can't cast the value of message (user) attribute '%s' to a number.", name)
		}
	}
	return nil
}

// reserved reports names that AWS keeps for itself.
func reserved(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasPrefix(lower, "aws.") || strings.HasPrefix(lower, "amazon.")
}
