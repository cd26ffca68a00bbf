package logs

import (
	"context"
	"errors"
	"strings"

	"skywatch/catalog"
	"skywatch/journal"
	"skywatch/metric"
)

// CreateGroup makes an empty group.
func (s *Service) CreateGroup(ctx context.Context, n GroupName, tags map[string]string) error {
	if strings.HasPrefix(n.Group, "aws/") { // CreateLogGroup
		return invalid("logGroupName", "Log groups starting with aws/ are reserved for AWS.") // wording (inferred)
	}
	if err := checkTags(tags); err != nil {
		return err
	}
	return s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		_, there, err := groups.Get(tx, n.parts()...)
		if err != nil {
			return err
		}
		if there {
			return exists("group")
		}
		return groups.Put(tx, Group{Tags: tags, Created: s.now()}, n.parts()...)
	})
}

// DeleteGroup removes a group with its streams and their events.
func (s *Service) DeleteGroup(ctx context.Context, n GroupName) error {
	var held []string
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if _, err := getGroup(tx, n); err != nil {
			return err
		}
		err := eachStream(tx, n, "", func(st Stream) (bool, error) {
			held = append(held, st.Log)
			return true, nil
		})
		if err != nil {
			return err
		}
		if err := streams.DeleteAll(tx, catalog.Range{Prefix: n.parts()}); err != nil {
			return err
		}
		return groups.Delete(tx, n.parts()...)
	})
	if err == nil && len(held) > 0 {
		s.drop(ctx, n.ARN(), held...)
	}
	return err
}

// drop removes the events of streams that are gone.
func (s *Service) drop(ctx context.Context, of string, held ...string) {
	if err := s.Journal.Delete(context.WithoutCancel(ctx), held...); err != nil {
		s.Logger.Error("log events of what was deleted stay until the next start", "of", of, "err", err)
	}
}

// GroupListing says which groups are listed: those whose names begin with
// Prefix, have Part in them, and are among Only, where these are set.
type GroupListing struct {
	metric.Tenant
	Prefix, Part string
	Only         map[string]bool
	After        string // a name
	Limit        int
}

func (l *GroupListing) takes(name string) bool {
	return strings.HasPrefix(name, l.Prefix) && strings.Contains(name, l.Part) && (l.Only == nil || l.Only[name])
}

// Groups lists groups by name and says whether there are more.
func (s *Service) Groups(l GroupListing) (page []Group, more bool, err error) {
	rg := catalog.Range{Prefix: []string{l.Account, l.Region}}
	if l.After != "" {
		rg.After = []string{l.Account, l.Region, l.After}
	}
	err = s.Catalog.View(func(r catalog.Reader) error {
		return groups.Scan(r, rg, func(key []string, g Group) (bool, error) {
			g.GroupName = GroupName{l.Tenant, key[2]}
			if !l.takes(g.Group) {
				return true, nil
			}
			if more = len(page) == l.Limit; more {
				return false, nil
			}
			err := s.measure(r, &g)
			page = append(page, g)
			return err == nil, err
		})
	})
	return page, more, err
}

// measure fills in what a group holds.
func (s *Service) measure(r catalog.Reader, g *Group) error {
	return eachStream(r, g.GroupName, "", func(st Stream) (bool, error) {
		size, err := s.Journal.Size(st.Log)
		if errors.Is(err, journal.ErrNoLog) { // deleted since the view began
			return true, nil
		}
		g.Bytes += size.Bytes + size.Records*(eventOverhead-stampBytes)
		return err == nil, err
	})
}
