package topic

import (
	"regexp"
	"strings"

	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// Name is a topic's full name.
type Name struct {
	metric.Tenant
	Topic string
}

// ARN returns the topic's resource name.
func (n Name) ARN() string { return arn.New("sns", n.Region, n.Account, n.Topic).String() }

func (n Name) key() []string { return []string{n.Account, n.Region, n.Topic} }

var topicName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// longestName counts the suffix of FIFO topics.
const longestName = 256

// check holds the name of a new topic against the rules; fifo is its FifoTopic
// attribute.
func (n Name) check(fifo string) error {
	base, is := strings.CutSuffix(n.Topic, fifoSuffix)
	asked := strings.EqualFold(fifo, "true")
	switch {
	case asked && (!is || !topicName.MatchString(base) || len(n.Topic) > longestName):
		return invalid("Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, " +
			"underscores, and hyphens, and must be between 1 and 256 characters long.").On("Name")
	case !asked && !topicName.MatchString(n.Topic):
		return invalid("Topic Name").On("Name")
	}
	return nil
}

// ParseName reads the ARN of a topic of the tenant; param is where it came
// from ("TopicArn").
func ParseName(t metric.Tenant, param, s string) (Name, error) {
	a, err := parse(t, param, s)
	if err != nil {
		return Name{}, err
	}
	if strings.Contains(a.Resource, ":") {
		return Name{}, invalid(param).On(param)
	}
	return Name{Tenant: t, Topic: a.Resource}, nil
}

// ID is a subscription's full name.
type ID struct {
	Name
	ID string
}

// ARN returns the subscription's resource name.
func (i ID) ARN() string { return i.Name.ARN() + ":" + i.ID }

func (i ID) key() []string { return append(i.Name.key(), i.ID) }

// ParseID reads the ARN of a subscription of the tenant.
func ParseID(t metric.Tenant, s string) (ID, error) {
	const param = "SubscriptionArn"
	a, err := parse(t, param, s)
	if err != nil {
		return ID{}, err
	}
	topic, id, ok := strings.Cut(a.Resource, ":")
	if !ok || id == "" {
		return ID{}, invalid("%s Reason: An ARN must have at least 7 elements, not 6", param).On(param) // (inferred)
	}
	return ID{Name{t, topic}, id}, nil
}

func parse(t metric.Tenant, param, s string) (arn.ARN, error) {
	a, err := arn.Parse(s)
	switch {
	case s == "":
		return a, invalid("%s Reason: no value for required parameter", param).On(param)
	case err != nil:
		return a, invalid("%s Reason: An ARN must have at least 6 elements, not %d", param, strings.Count(s, ":")+1).On(param)
	case a.Service != "sns" || a.Region != t.Region:
		return a, invalid(param).On(param)
	case a.Account != t.Account:
		return a, fault.New(fault.Denied, "User is not authorized to perform this operation on %s", s)
	}
	return a, nil
}

// TenantOf returns the tenant that an ARN names, for calls that carry their
// proof with them and no signature.
func TenantOf(s string) (metric.Tenant, error) {
	a, err := arn.Parse(s)
	if err != nil {
		return metric.Tenant{}, invalid("An ARN must have at least 6 elements, not %d", strings.Count(s, ":")+1)
	}
	return metric.Tenant{Account: a.Account, Region: a.Region}, nil
}

// invalid is SNS's InvalidParameter in its usual words.
func invalid(format string, args ...any) *fault.Error {
	return fault.New(fault.InvalidValue, "Invalid parameter: "+format, args...)
}

// refused is the error of what SNS has and we do not.
func refused(what string) error {
	return fault.New(fault.Unsupported, "%s not supported by this version of Skywatch.", what)
}

func notFound(subject, text string) error {
	err := fault.New(fault.NotFound, "%s", text)
	err.Subject = subject
	return err
}
