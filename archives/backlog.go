package archives

import (
	"skywatch/catalog"
	"skywatch/rules"
	"skywatch/targets"
)

// The backlog of a replay is how many deliveries it has caused on its bus that
// have not ended. It is kept in the catalog, changed by the transactions that
// make and end deliveries, and so is right after a crash. (A delivery that was
// given up and is redriven ends twice and counts once too few.)

// roomy is the backlog from which on a replay rests. Below it there is room
// enough for a step that is worth its commit.
func (s *Service) roomy() int { return s.Backlog - s.Backlog/10 }

// expect adds deliveries to a replay's backlog.
func (s *Service) expect(tx *catalog.Tx, n Name, more int) error {
	if more == 0 {
		return nil
	}
	have, _, err := waiting.Get(tx, n.parts()...)
	if err != nil {
		return err
	}
	return waiting.Put(tx, have+more, n.parts()...)
}

// Ended hears of the end of a delivery of a rule, within its transaction.
func (s *Service) Ended(tx *catalog.Tx, o targets.Outcome) error {
	name := rules.ReplayOf(&o.Delivery)
	if name == "" {
		return nil
	}
	n := Name{o.Delivery.Tenant, name}
	have, ok, err := waiting.Get(tx, n.parts()...)
	if err != nil || !ok {
		return err
	}
	if have--; have == s.roomy()-1 {
		tx.After(func() { s.wake(n) })
	}
	if have <= 0 {
		return waiting.Delete(tx, n.parts()...)
	}
	return waiting.Put(tx, have, n.parts()...)
}
