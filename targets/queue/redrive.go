package queue

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"skywatch/catalog"
	"skywatch/internal/arn"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// Limits of redrive.
const (
	maxReceiveCount = 1000
	maxSourceQueues = 10
)

// Redrive says where messages go that were received too often.
type Redrive struct {
	Target string `json:"deadLetterTargetArn"`
	Max    int    `json:"maxReceiveCount"`
}

// RedriveAllow says which queues may name this one as their dead-letter queue.
type RedriveAllow struct {
	Permission string   `json:"redrivePermission"` // allowAll, denyAll or byQueue
	Sources    []string `json:"sourceQueueArns,omitempty"`
}

func wrongPolicy(parameter, value, reason string) error {
	return fault.New(fault.InvalidValue, "Value %s for parameter %s is invalid. Reason: %s", value, parameter, reason).On(parameter)
}

// parseRedrive reads a RedrivePolicy; an empty one takes the redrive away.
// maxReceiveCount may be a number or a string of one, as SQS has it.
func parseRedrive(value string) (*Redrive, error) {
	if value == "" {
		return nil, nil
	}
	wrong := func(reason string) (*Redrive, error) { return nil, wrongPolicy("RedrivePolicy", value, reason) }
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(value), &members) != nil {
		return wrong("Redrive policy is not a valid JSON map.")
	}
	for name := range members {
		if name != "deadLetterTargetArn" && name != "maxReceiveCount" {
			return wrong("Only following attributes are supported: [deadLetterTargetArn, maxReceiveCount].") // (inferred)
		}
	}
	for _, name := range []string{"deadLetterTargetArn", "maxReceiveCount"} {
		if _, ok := members[name]; !ok {
			return wrong("Redrive policy does not contain mandatory attribute: " + name + ".")
		}
	}
	var r Redrive
	if json.Unmarshal(members["deadLetterTargetArn"], &r.Target) != nil || !isQueue(r.Target) {
		return wrong("Invalid value for deadLetterTargetArn.")
	}
	count := string(members["maxReceiveCount"])
	n, err := strconv.Atoi(strings.Trim(count, `"`))
	if err != nil || n < 1 || n > maxReceiveCount {
		return wrong("Invalid value for maxReceiveCount: " + strings.Trim(count, `"`) + ", valid values are from 1 to 1000 both inclusive.")
	}
	r.Max = n
	return &r, nil
}

func parseRedriveAllow(value string) (*RedriveAllow, error) {
	if value == "" {
		return nil, nil
	}
	wrong := func(reason string) (*RedriveAllow, error) {
		return nil, wrongPolicy("RedriveAllowPolicy", value, reason)
	}
	var a RedriveAllow
	d := json.NewDecoder(strings.NewReader(value))
	d.DisallowUnknownFields()
	if d.Decode(&a) != nil || d.More() {
		return wrong("Amazon SQS can't create the redrive allow policy, as it's not in the correct format.") // (inferred)
	}
	switch {
	case !slices.Contains([]string{"allowAll", "denyAll", "byQueue"}, a.Permission):
		return wrong("Invalid value for redrivePermission.") // (inferred)
	case a.Permission != "byQueue" && len(a.Sources) > 0:
		return wrong("sourceQueueArns can be specified only when redrivePermission is byQueue.") // (inferred)
	case a.Permission == "byQueue" && (len(a.Sources) == 0 || len(a.Sources) > maxSourceQueues):
		return wrong("sourceQueueArns must have from 1 to 10 queue ARNs.") // (inferred)
	case slices.ContainsFunc(a.Sources, func(s string) bool { return !isQueue(s) }):
		return wrong("Invalid value for sourceQueueArns.") // (inferred)
	}
	return &a, nil
}

func isQueue(resource string) bool {
	a, err := arn.Parse(resource)
	return err == nil && a.Service == "sqs"
}

// named returns the queue that an ARN names.
func named(resource string) (Name, error) {
	a, err := arn.Parse(resource)
	return Name{Tenant: metric.Tenant{Account: a.Account, Region: a.Region}, Queue: a.Resource}, err
}

// allows reports whether the queue of that ARN may name q as its dead-letter
// queue.
func (q *record) allows(source string) bool {
	a := q.Settings.RedriveAllow
	switch {
	case a == nil || a.Permission == "allowAll":
		return true
	case a.Permission == "byQueue":
		return slices.Contains(a.Sources, source)
	}
	return false
}

// checkRedrive holds a queue's redrive against the queue that it names. Later
// the allow policy is not asked again: it says who may name a queue.
func checkRedrive(r catalog.Reader, q *record) error {
	if q.Settings.Redrive == nil {
		return nil
	}
	value := jsonText(q.Settings.Redrive)
	wrong := func(reason string) error { return wrongPolicy("RedrivePolicy", value, reason) }
	n, err := named(q.Settings.Redrive.Target)
	if err != nil {
		return err
	}
	if n.Tenant != q.Tenant {
		return wrong("Dead-letter queue must be in the same region and account as the source.") // (inferred)
	}
	dead, ok, err := queues.Get(r, n.key()...)
	switch {
	case err != nil:
		return err
	case !ok:
		return wrong("Dead letter target does not exist.")
	case dead.fifo() != q.fifo():
		return wrong("Dead-letter queue must be same type of queue as the source.")
	case !dead.allows(q.ARN()):
		return wrong("Queue " + q.ARN() + " is not allowed by the RedriveAllowPolicy of the dead-letter queue.") // (inferred)
	}
	return nil
}

// deadLetter returns the queue for what q's receivers have had too often; ok
// is false where there is none (any more).
func deadLetter(r catalog.Reader, q *record) (dead record, ok bool, err error) {
	if q.Settings.Redrive == nil {
		return dead, false, nil
	}
	n, err := named(q.Settings.Redrive.Target)
	if err != nil {
		return dead, false, err
	}
	return queues.Get(r, n.key()...)
}

// SourcesOf returns up to limit names of queues that have n as their
// dead-letter queue and come after the given one, and whether there are more.
func (s *Service) SourcesOf(n Name, after string, limit int) (names []string, more bool, err error) {
	rg := catalog.Range{Prefix: []string{n.Account, n.Region}}
	if after != "" {
		rg.After = []string{n.Account, n.Region, after}
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		if _, err := get(r, n); err != nil {
			return err
		}
		return queues.Scan(r, rg, func(_ []string, q record) (bool, error) {
			if q.Settings.Redrive == nil || q.Settings.Redrive.Target != n.ARN() {
				return true, nil
			}
			if more = len(names) == limit; !more {
				names = append(names, q.Queue)
			}
			return !more, nil
		})
	})
	return names, more, err
}

func jsonText(v any) string {
	b, _ := json.Marshal(v) // of plain structs
	return string(b)
}
