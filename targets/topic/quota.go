package topic

import (
	"skywatch/catalog"
	"skywatch/internal/fault"
)

// makeRoom holds a new subscription against the quotas of its topic.
func makeRoom(r catalog.Reader, sub *Subscription) error {
	if sub.fifo() {
		n, err := count(r, sub.Name, func(*Subscription) bool { return true })
		if err != nil {
			return err
		}
		if n >= maxFifoSubscriptions {
			return limit("subscriptions", "Subscription quota reached: a FIFO topic can have %d subscriptions", maxFifoSubscriptions) // (inferred)
		}
	}
	return makeFilterRoom(r, sub)
}

// makeFilterRoom holds a subscription that has a filter against the quota of
// such.
func makeFilterRoom(r catalog.Reader, sub *Subscription) error {
	if sub.FilterPolicy == "" {
		return nil
	}
	n, err := count(r, sub.Name, func(other *Subscription) bool { return other.FilterPolicy != "" && other.ID != sub.ID })
	if err == nil && n >= maxFiltersPerTopic {
		err = limit("filters", "Filter policy quota reached: a topic can have %d filter policies", maxFiltersPerTopic) // (inferred)
	}
	return err
}

func count(r catalog.Reader, n Name, which func(*Subscription) bool) (sum int, err error) {
	err = each(r, n, func(sub *Subscription) error {
		if which(sub) {
			sum++
		}
		return nil
	})
	return sum, err
}

func limit(subject, format string, args ...any) error {
	err := fault.New(fault.LimitExceeded, format, args...)
	err.Subject = subject
	return err
}
