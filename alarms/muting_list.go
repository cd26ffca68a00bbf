package alarms

import (
	"slices"
	"time"

	"skywatch/alarms/mute"
	"skywatch/catalog"
	"skywatch/internal/fault"
	"skywatch/metric"
)

// MuteListing asks for mute rules, by name.
type MuteListing struct {
	AlarmName string        // those that name this alarm; empty: all
	Statuses  []mute.Status // any of these; nil: all
	Max       int           // per page; zero: 50
	Token     string        // the last page's
}

func (q MuteListing) binding(t metric.Tenant) any {
	q.Token, q.Max = "", 0
	return []any{"ListAlarmMuteRules", t, q}
}

// MuteRules returns a page of the mute rules asked for, as they stand now, in the
// order of their names, and the token of the next page, empty after the last one.
func (s *Service) MuteRules(t metric.Tenant, q MuteListing, now time.Time) (page []*MuteRule, next string, err error) {
	after, err := openToken(q.binding(t), q.Token)
	if err != nil {
		return nil, "", err
	}
	limit := q.Max
	if limit == 0 {
		limit = defaultPage
	}
	err = s.opts.Catalog.View(func(r catalog.Reader) error {
		return q.visit(r, t, after, func(k MuteKey, rec muteRecord) (bool, error) {
			rule, err := rec.rule(k, now)
			if err != nil || len(q.Statuses) > 0 && !slices.Contains(q.Statuses, rule.Status) {
				return err == nil, err
			}
			if len(page) == limit {
				next = sealToken(q.binding(t), page[limit-1].Name)
				return false, nil
			}
			page = append(page, rule)
			return true, nil
		})
	})
	return page, next, err
}

// visit calls fn for the rules after a name, by name, until it returns false.
func (q *MuteListing) visit(r catalog.Reader, t metric.Tenant, after string, fn func(MuteKey, muteRecord) (bool, error)) error {
	if q.AlarmName != "" {
		return q.visitOf(r, t, after, fn)
	}
	rg := catalog.Range{Prefix: []string{t.Account, t.Region}}
	if after != "" {
		rg.After = MuteKey{t, after}.parts()
	}
	return muteRules.Scan(r, rg, func(key []string, rec muteRecord) (bool, error) {
		return fn(MuteKey{t, key[2]}, rec)
	})
}

// visitOf is visit for the rules that name an alarm. Where there is neither such
// an alarm nor a rule that names it, the alarm is not found (inferred: the
// operation has this error, and nothing else that it could be about).
func (q *MuteListing) visitOf(r catalog.Reader, t metric.Tenant, after string, fn func(MuteKey, muteRecord) (bool, error)) error {
	alarm := Key{t, q.AlarmName}
	names, named, err := mutesOf.Get(r, alarm.parts()...)
	if err != nil {
		return err
	}
	if !named {
		if _, ok, err := definitions.Get(r, alarm.parts()...); err != nil || ok {
			return err
		}
		// Wording (inferred).
		return &fault.Error{Kind: fault.NotFound, Subject: MuteSubject, Message: "Alarm " + q.AlarmName + " does not exist"}
	}
	for _, name := range names {
		if name <= after {
			continue
		}
		k := MuteKey{t, name}
		rec, ok, err := muteRules.Get(r, k.parts()...)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if more, err := fn(k, rec); err != nil || !more {
			return err
		}
	}
	return nil
}
