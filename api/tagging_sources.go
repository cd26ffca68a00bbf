package api

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"

	"skywatch/alarms"
	"skywatch/internal/fault"
	"skywatch/logs"
	"skywatch/metric"
	"skywatch/rules"
	"skywatch/scheduler"
	"skywatch/streams"
	"skywatch/targets/function"
	"skywatch/targets/queue"
)

// tagged is a resource that has tags.
type tagged struct {
	arn  string
	tags map[string]string
}

func (r tagged) wire() []types.Tag {
	var out []types.Tag
	for _, k := range slices.Sorted(maps.Keys(r.tags)) {
		out = append(out, types.Tag{Key: &k, Value: new(r.tags[k])})
	}
	return out
}

// perScan is how many resources of a room are read at once.
const perScan = 1000

// tagged finds a tenant's resources that have tags and that takes wants.
func (a taggingAPI) tagged(t metric.Tenant, takes func(tagged) bool) (all []tagged, err error) {
	add := func(arn string, tags map[string]string) {
		if r := (tagged{arn, tags}); len(tags) > 0 && takes(r) {
			all = append(all, r)
		}
	}
	for _, read := range []func(metric.Tenant, func(string, map[string]string)) error{
		a.alarms, a.muteRules, a.topics, a.queues, a.functions, a.buses, a.logGroups, a.streams, a.scheduleGroups,
	} {
		if err := read(t, add); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// pages reads a list to its end: page returns the last name read, empty at the
// end.
func pages(page func(after string) (next string, err error)) error {
	for after := ""; ; {
		next, err := page(after)
		if err != nil || next == "" {
			return err
		}
		after = next
	}
}

// gone hears of a resource that was deleted while it was read.
func gone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func (a taggingAPI) alarms(t metric.Tenant, add func(string, map[string]string)) error {
	return pages(func(after string) (string, error) {
		page, next, err := a.rooms.Alarms.Describe(t, alarms.Description{Types: alarms.Types{Metric: true, Composite: true}, Max: perScan, Token: after})
		for _, alarm := range page {
			if err := a.ofAlarms(t, alarm.ARN(), add); err != nil {
				return "", err
			}
		}
		return next, err
	})
}

func (a taggingAPI) muteRules(t metric.Tenant, add func(string, map[string]string)) error {
	return pages(func(after string) (string, error) {
		page, next, err := a.rooms.Alarms.MuteRules(t, alarms.MuteListing{Max: perScan, Token: after}, time.Time{})
		for _, rule := range page {
			if err := a.ofAlarms(t, rule.ARN(), add); err != nil {
				return "", err
			}
		}
		return next, err
	})
}

// ofAlarms adds what the room of alarms has under an ARN.
func (a taggingAPI) ofAlarms(t metric.Tenant, arn string, add func(string, map[string]string)) error {
	tags, err := a.rooms.Alarms.Tags(t, arn)
	if gone(err) != nil {
		return err
	}
	byKey := map[string]string{}
	for _, tag := range tags {
		byKey[tag.Key] = tag.Value
	}
	add(arn, byKey)
	return nil
}

func (a taggingAPI) topics(t metric.Tenant, add func(string, map[string]string)) error {
	return pages(func(after string) (string, error) {
		names, next, err := a.rooms.Topics.List(t, after)
		for _, n := range names {
			tags, err := a.rooms.Topics.Tags(n)
			if gone(err) != nil {
				return "", err
			}
			add(n.ARN(), tags)
		}
		return next, err
	})
}

func (a taggingAPI) queues(t metric.Tenant, add func(string, map[string]string)) error {
	return pages(func(after string) (string, error) {
		names, more, err := a.rooms.Queues.List(t, "", after, perScan)
		for _, name := range names {
			n := queue.Name{Tenant: t, Queue: name}
			tags, err := a.rooms.Queues.Tags(n)
			if gone(err) != nil {
				return "", err
			}
			add(n.ARN(), tags)
		}
		return last(names, more, func(name string) string { return name }), err
	})
}

// last is the name to go on after.
func last[T any](page []T, more bool, name func(T) string) string {
	if !more || len(page) == 0 {
		return ""
	}
	return name(page[len(page)-1])
}

func (a taggingAPI) functions(t metric.Tenant, add func(string, map[string]string)) error {
	return pages(func(after string) (string, error) {
		page, more, err := a.rooms.Functions.List(t, function.Listing{After: after, Limit: perScan})
		for _, v := range page {
			f, err := a.rooms.Functions.Function(v.Name)
			if gone(err) != nil {
				return "", err
			}
			add(v.Name.ARN(), f.Tags)
		}
		return last(page, more, func(v function.Version) string { return v.Function }), err
	})
}

func (a taggingAPI) buses(t metric.Tenant, add func(string, map[string]string)) error {
	return pages(func(after string) (string, error) {
		page, more, err := a.rooms.Rules.Buses(t, "", after, perScan)
		if err != nil {
			return "", err
		}
		for _, b := range page {
			add(b.ARN(), b.Tags)
			if err := a.rules(b.BusName, add); err != nil {
				return "", err
			}
		}
		return last(page, more, func(b rules.Bus) string { return b.Bus }), nil
	})
}

func (a taggingAPI) rules(bus rules.BusName, add func(string, map[string]string)) error {
	return pages(func(after string) (string, error) {
		page, more, err := a.rooms.Rules.Rules(rules.Listing{BusName: bus, After: after, Limit: perScan})
		for _, r := range page {
			add(r.ARN(), r.Tags)
		}
		return last(page, more, func(r rules.Rule) string { return r.Rule }), gone(err)
	})
}

func (a taggingAPI) logGroups(t metric.Tenant, add func(string, map[string]string)) error {
	return pages(func(after string) (string, error) {
		page, more, err := a.rooms.Logs.Groups(logs.GroupListing{Tenant: t, After: after, Limit: perScan})
		for _, g := range page {
			add(g.ARN(), g.Tags)
		}
		return last(page, more, func(g logs.Group) string { return g.Group }), err
	})
}

func (a taggingAPI) streams(t metric.Tenant, add func(string, map[string]string)) error {
	return pages(func(after string) (string, error) {
		page, more, err := a.rooms.Streams.Streams(t, after, perScan)
		for _, st := range page {
			add(st.ARN(), st.Tags)
		}
		return last(page, more, func(st streams.Stream) string { return st.Stream }), err
	})
}

func (a taggingAPI) scheduleGroups(t metric.Tenant, add func(string, map[string]string)) error {
	return pages(func(after string) (string, error) {
		page, more, err := a.rooms.Schedules.Groups(scheduler.GroupListing{Tenant: t, After: after, Limit: perScan})
		for _, g := range page {
			add(g.ARN(), g.Tags)
		}
		return last(page, more, func(g scheduler.Group) string { return g.Group }), err
	})
}
