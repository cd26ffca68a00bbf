package alarms

import (
	"skywatch/catalog"
	"skywatch/metric"
)

// censusPage is how many alarms are read at a time when the evaluator starts.
const censusPage = 1024

// census reads all alarms and hands them to the loop, which follows those of one
// page while the next one is read. What is changed meanwhile is heard of on its
// own.
func (l *loop) census() {
	defer close(l.found)
	var after []string
	for more := true; more; {
		var page []*Alarm
		l.insist("read alarms", func() error {
			page = nil
			return l.service.opts.Catalog.View(func(r catalog.Reader) (err error) {
				page, err = pageOf(r, after)
				return err
			})
		})
		if more = len(page) == censusPage; len(page) > 0 {
			after = page[len(page)-1].parts()
		}
		select {
		case l.found <- page:
		case <-l.ctx.Done():
			return
		}
	}
}

// pageOf reads the alarms after one.
func pageOf(r catalog.Reader, after []string) (page []*Alarm, err error) {
	var keys [][]string
	err = definitions.Scan(r, catalog.Range{After: after}, func(key []string, rec record) (bool, error) {
		page = append(page, &Alarm{
			Key: keyOf(key), Definition: rec.Definition, ConfigurationUpdated: rec.ConfigurationUpdated, revision: rec.Revision,
		})
		keys = append(keys, page[len(page)-1].parts())
		return len(page) < censusPage, nil
	})
	if err != nil {
		return nil, err
	}
	return page, statuses.GetEach(r, keys, func(i int, st statusRecord) error {
		page[i].Status, page[i].version = st.Status, st.Version
		return page[i].loadContributors(r)
	})
}

// meet follows the alarms of a page, but for those that were heard of since the
// census began: what they are now is known already.
func (l *loop) meet(page []*Alarm, now metric.Instant) {
	for _, a := range page {
		if _, heard := l.heard[a.Key]; !heard && a.evaluated() {
			l.catchUp(l.follow(a, now))
		}
	}
}
