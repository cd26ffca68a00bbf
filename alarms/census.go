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
		var last []string
		l.insist("read alarms", func() error {
			return l.service.opts.Catalog.View(func(r catalog.Reader) (err error) {
				page, last, err = pageOf(r, after)
				return err
			})
		})
		more, after = len(page) == censusPage, last
		select {
		case l.found <- page:
		case <-l.ctx.Done():
			return
		}
	}
}

// pageOf reads the alarms after one, and returns the key of the last.
func pageOf(r catalog.Reader, after []string) (page []*Alarm, last []string, err error) {
	var keys [][]string
	var records []record
	err = definitions.Scan(r, catalog.Range{After: after}, func(key []string, rec record) (bool, error) {
		keys, records = append(keys, key), append(records, rec)
		return len(keys) < censusPage, nil
	})
	if err != nil || len(keys) == 0 {
		return nil, nil, err
	}
	page = make([]*Alarm, len(keys))
	return page, keys[len(keys)-1], statuses.GetEach(r, keys, func(i int, st statusRecord) (err error) {
		page[i], err = assemble(r, keyOf(keys[i]), records[i], st)
		return err
	})
}

// meet follows the alarms of a page, but for those that were heard of since the
// census began: what they are now is known already.
func (l *loop) meet(page []*Alarm, now metric.Instant) {
	for _, a := range page {
		if a == nil {
			continue
		}
		if _, heard := l.heard[a.Key]; !heard && a.evaluated() {
			l.catchUp(l.follow(a, now))
		}
	}
}
