package dashboards

import (
	"strings"
	"time"

	"skywatch/catalog"
)

// Entry is a dashboard in a list.
type Entry struct {
	Name
	Modified time.Time // in whole seconds [T]
	Size     int       // of the body as it was sent, in bytes
}

// perPage is how many dashboards a page has.
const perPage = 1000

// List returns a page of an account's dashboards whose names begin with prefix, by
// name, and the token of the next page, empty after the last one.
func (s *Service) List(account, prefix, token string) (page []Entry, next string, err error) {
	b := binding{account, prefix}
	after, err := b.open(token)
	if err != nil {
		return nil, "", err
	}
	rg := catalog.Range{Prefix: []string{account}}
	if after != "" {
		rg.After = []string{account, after}
	}
	err = s.db.View(func(r catalog.Reader) error {
		return entries.Scan(r, rg, func(key []string, e entry) (bool, error) {
			name := key[1]
			if !strings.HasPrefix(name, prefix) {
				return name < prefix, nil
			}
			if len(page) == perPage {
				next = b.seal(page[perPage-1].Dashboard)
				return false, nil
			}
			page = append(page, Entry{Name{account, name}, time.Unix(e.Modified, 0).UTC(), e.Size})
			return true, nil
		})
	})
	return page, next, err
}
