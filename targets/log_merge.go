package targets

import (
	"cmp"
	"container/heap"

	"skywatch/catalog"
)

// ended lists what ended, the newest first, after the entry with the given
// key: one row of the log, or those of all the account's targets merged.
func (p *page) ended(r catalog.Reader, after []string) error {
	all := []logTarget{{p.Account, p.Target}}
	if p.Target == "" {
		var err error
		if all, err = targetsIn(r, []string{p.Account}); err != nil {
			return err
		}
	}
	var rows rows
	for _, t := range all {
		row := &row{logTarget: t}
		if after != nil {
			row.after = []string{t.account, t.target, after[2], after[3]}
			if t.target < after[1] { // one of the same time and id comes after it
				row.after = append(row.after, "")
			}
		}
		if ok, err := row.next(r); err != nil {
			return err
		} else if ok {
			rows = append(rows, row)
		}
	}
	heap.Init(&rows)
	for len(rows) > 0 {
		top := rows[0]
		if !p.take(top.entry, logPlace{Ended: true, Key: top.after}) {
			return nil
		}
		ok, err := top.next(r)
		switch {
		case err != nil:
			return err
		case ok:
			heap.Fix(&rows, 0)
		default:
			heap.Pop(&rows)
		}
	}
	return nil
}

// row is the log of one target, read backwards.
type row struct {
	logTarget
	after []string // the entry's key
	entry Entry
}

// next reads the entry before the one at hand.
func (w *row) next(r catalog.Reader) (ok bool, err error) {
	rg := catalog.Range{Prefix: []string{w.account, w.target}, After: w.after, Backwards: true}
	err = logged.Scan(r, rg, func(key []string, e Entry) (bool, error) {
		w.after, w.entry, ok = key, e, true
		return false, nil
	})
	return ok, err
}

// rows is a heap of the rows that are not at their end, the newest entry first;
// entries of one time are in the order of ID and target, the last first.
type rows []*row

func (s rows) Len() int      { return len(s) }
func (s rows) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s rows) Less(i, j int) bool {
	a, b := s[i].after, s[j].after
	return cmp.Or(cmp.Compare(a[2], b[2]), cmp.Compare(a[3], b[3]), cmp.Compare(a[1], b[1])) > 0
}

func (s *rows) Push(x any) { *s = append(*s, x.(*row)) }

func (s *rows) Pop() any {
	old := *s
	w := old[len(old)-1]
	*s = old[:len(old)-1]
	return w
}
