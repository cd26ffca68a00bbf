package alarms

import (
	"errors"
	"strings"

	"skywatch/alarms/rule"
	"skywatch/catalog"
	"skywatch/internal/arn"
	"skywatch/metric"
)

// ruleOf reads the rule of a composite alarm of the tenant; it names its children
// by their names.
func (c *Composite) ruleOf(t metric.Tenant) (*rule.Rule, error) {
	r, err := rule.Parse(c.Rule)
	if err == nil {
		err = r.Resolve(func(ref string) (string, error) { return alarmNamed(t, ref) })
	}
	if at := (*rule.Error)(nil); errors.As(err, &at) {
		return nil, invalid("Error in AlarmRule [%s]", at.Message) // (recorded)
	}
	return r, err
}

// suppressor is the name of the alarm that suppresses the actions; empty: none.
func (c *Composite) suppressor(t metric.Tenant) string {
	if c == nil || c.Suppressor == "" {
		return ""
	}
	name, err := alarmNamed(t, c.Suppressor)
	if err != nil {
		return "" // it was checked when it was put
	}
	return name
}

// alarmNamed returns the name of an alarm of the tenant that is given by name or
// by ARN.
func alarmNamed(t metric.Tenant, ref string) (string, error) {
	a, err := arn.Parse(ref)
	if err != nil || a.Service != "cloudwatch" {
		return ref, nil
	}
	name, ok := strings.CutPrefix(a.Resource, "alarm:")
	switch {
	case !ok:
		return ref, nil
	case a.Region != t.Region: // (recorded)
		return "", &rule.Error{Message: "Wrong ARN region, it was " + a.Region + " but " + t.Region + " was expected instead"}
	case a.Account != t.Account: // (recorded)
		return "", invalid("A composite alarm cannot have a child relation with alarms from another AWS account")
	}
	return name, nil
}

// child is an alarm that a composite alarm depends on.
type child struct {
	Key
	Status
}

// children reads the alarms with these names that there are, in this order.
func children(r catalog.Reader, t metric.Tenant, names []string) (found []child, err error) {
	keys := make([][]string, len(names))
	for i, name := range names {
		keys[i] = Key{t, name}.parts()
	}
	found = make([]child, 0, len(names))
	err = statuses.GetEach(r, keys, func(i int, rec statusRecord) error {
		found = append(found, child{Key{t, names[i]}, rec.Status})
		return nil
	})
	return found, err
}
