package queue

import (
	"skywatch/catalog"
	"skywatch/targets"
)

// The forms on disk of what every message writes.

// AppendRecord implements catalog.Record.
func (c *content) AppendRecord(b []byte) []byte {
	b = catalog.AppendText(b, 1, c.MessageID)
	b = catalog.AppendText(b, 2, c.Body)
	b = targets.AppendAttributes(b, 3, c.Attributes)
	b = targets.AppendAttributes(b, 4, c.System)
	b = catalog.AppendText(b, 5, c.Sender)
	b = catalog.AppendTime(b, 6, c.Sent)
	b = catalog.AppendText(b, 7, c.Source)
	b = catalog.AppendText(b, 8, c.Group)
	b = catalog.AppendText(b, 9, c.Deduplication)
	b = catalog.AppendText(b, 10, c.Sequence)
	b = catalog.AppendTime(b, 11, c.Visible)
	return catalog.AppendFlag(b, 12, c.Lined)
}

// ReadRecord implements catalog.Record.
func (c *content) ReadRecord(b []byte) error {
	return catalog.ReadFields(b, func(field int, v catalog.Value) (err error) {
		switch field {
		case 1:
			c.MessageID = v.String()
		case 2:
			c.Body = v.String()
		case 3:
			err = targets.ReadAttribute(v, &c.Attributes)
		case 4:
			err = targets.ReadAttribute(v, &c.System)
		case 5:
			c.Sender = v.String()
		case 6:
			c.Sent = v.Time()
		case 7:
			c.Source = v.String()
		case 8:
			c.Group = v.String()
		case 9:
			c.Deduplication = v.String()
		case 10:
			c.Sequence = v.String()
		case 11:
			c.Visible = v.Time()
		case 12:
			c.Lined = v.Flag()
		}
		return err
	})
}

// AppendRecord implements catalog.Record.
func (s *state) AppendRecord(b []byte) []byte {
	b = catalog.AppendTime(b, 1, s.Visible)
	b = catalog.AppendInt(b, 2, s.Receives)
	b = catalog.AppendTime(b, 3, s.First)
	b = catalog.AppendTime(b, 4, s.Last)
	b = catalog.AppendText(b, 5, s.Receipt)
	b = catalog.AppendText(b, 6, s.Group)
	b = catalog.AppendText(b, 7, s.Noise)
	return catalog.AppendTime(b, 8, s.Arrived)
}

// ReadRecord implements catalog.Record.
func (s *state) ReadRecord(b []byte) error {
	return catalog.ReadFields(b, func(field int, v catalog.Value) error {
		switch field {
		case 1:
			s.Visible = v.Time()
		case 2:
			s.Receives = v.Int()
		case 3:
			s.First = v.Time()
		case 4:
			s.Last = v.Time()
		case 5:
			s.Receipt = v.String()
		case 6:
			s.Group = v.String()
		case 7:
			s.Noise = v.String()
		case 8:
			s.Arrived = v.Time()
		}
		return nil
	})
}

// AppendRecord implements catalog.Record.
func (m *mark) AppendRecord(b []byte) []byte { return catalog.AppendFlag(b, 1, m.Received) }

// ReadRecord implements catalog.Record.
func (m *mark) ReadRecord(b []byte) error {
	return catalog.ReadFields(b, func(field int, v catalog.Value) error {
		if field == 1 {
			m.Received = v.Flag()
		}
		return nil
	})
}
