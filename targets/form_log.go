package targets

import (
	"skywatch/catalog"
)

// The form on disk of the log's entries, and of the attempts that deliveries
// have too.

// AppendRecord implements catalog.Record.
func (e *Entry) AppendRecord(b []byte) []byte {
	b = catalog.AppendText(b, 1, e.ID)
	b = catalog.AppendText(b, 2, e.Account)
	b = catalog.AppendText(b, 3, e.Region)
	b = catalog.AppendText(b, 4, e.Cause)
	b = catalog.AppendText(b, 5, e.Target)
	b = catalog.AppendText(b, 6, e.Kind)
	b = catalog.AppendText(b, 7, e.Status)
	b = catalog.AppendTime(b, 8, e.Created)
	b = catalog.AppendTime(b, 9, e.NextAttempt)
	b = catalog.AppendTime(b, 10, e.Ended)
	b = catalog.AppendInt(b, 11, e.Attempts)
	b = appendAttempts(b, 12, e.Tried)
	b = catalog.AppendText(b, 13, e.Code)
	b = catalog.AppendText(b, 14, e.Reason)
	b = catalog.AppendText(b, 15, e.Exhausted)
	b = catalog.AppendFlag(b, 16, e.Buried)
	b = catalog.AppendText(b, 17, e.LetterErr)
	return catalog.AppendTime(b, 18, e.Redriven)
}

// ReadRecord implements catalog.Record.
func (e *Entry) ReadRecord(b []byte) error {
	return catalog.ReadFields(b, func(field int, v catalog.Value) (err error) {
		switch field {
		case 1:
			e.ID = v.String()
		case 2:
			e.Account = v.String()
		case 3:
			e.Region = v.String()
		case 4:
			e.Cause = v.String()
		case 5:
			e.Target = v.String()
		case 6:
			e.Kind = v.String()
		case 7:
			e.Status = Status(v.String())
		case 8:
			e.Created = v.Time()
		case 9:
			e.NextAttempt = v.Time()
		case 10:
			e.Ended = v.Time()
		case 11:
			e.Attempts = v.Int()
		case 12:
			err = readAttempt(v, &e.Tried)
		case 13:
			e.Code = v.String()
		case 14:
			e.Reason = v.String()
		case 15:
			e.Exhausted = v.String()
		case 16:
			e.Buried = v.Flag()
		case 17:
			e.LetterErr = v.String()
		case 18:
			e.Redriven = v.Time()
		}
		return err
	})
}

func appendAttempts(b []byte, field int, all []Attempt) []byte {
	for i := range all {
		a := &all[i]
		b = catalog.AppendPart(b, field, func(b []byte) []byte {
			b = catalog.AppendInt(b, 1, a.Number)
			b = catalog.AppendTime(b, 2, a.At)
			b = catalog.AppendInt(b, 3, a.Took)
			b = catalog.AppendText(b, 4, a.Code)
			return catalog.AppendText(b, 5, a.Error)
		})
	}
	return b
}

func readAttempt(v catalog.Value, all *[]Attempt) error {
	var a Attempt
	err := v.Read(func(field int, v catalog.Value) error {
		switch field {
		case 1:
			a.Number = v.Int()
		case 2:
			a.At = v.Time()
		case 3:
			a.Took = int64(v.Int())
		case 4:
			a.Code = v.String()
		case 5:
			a.Error = v.String()
		}
		return nil
	})
	*all = append(*all, a)
	return err
}
