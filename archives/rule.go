package archives

import (
	"bytes"
	"encoding/json"

	"skywatch/rules"
)

// managedBy and the name of the rule are those of AWS.
const (
	managedBy  = "prod.vhs.events.aws.internal"
	rulePrefix = "Events-Archive-"
)

func (a *Archive) ruleName() rules.RuleName {
	return rules.RuleName{BusName: a.Bus, Rule: rulePrefix + a.Name.Name}
}

// rule is the managed rule that sends a bus's events to its archive.
func (a *Archive) rule() rules.Rule {
	return rules.Rule{
		RuleName: a.ruleName(), Pattern: wrap(a.Pattern), State: rules.Enabled, ManagedBy: managedBy,
		Targets: []rules.Target{{ID: a.Name.Name, ARN: a.ARN()}},
	}
}

// fresh is what keeps replayed events out of archives.
const fresh = `"replay-name":[{"exists":false}]`

// wrap adds fresh to a pattern, behind all else: of two members with one name
// the last one counts.
func wrap(text string) string {
	var compact bytes.Buffer
	if text == "" || json.Compact(&compact, []byte(text)) != nil {
		return "{" + fresh + "}"
	}
	return string(bytes.TrimSuffix(compact.Bytes(), []byte("}"))) + "," + fresh + "}"
}
