package targets

import (
	"maps"
	"slices"
	"time"

	"skywatch/catalog"
)

// The form on disk of deliveries.

// AppendRecord implements catalog.Record.
func (d *Delivery) AppendRecord(b []byte) []byte {
	b = catalog.AppendText(b, 1, d.ID)
	b = catalog.AppendText(b, 2, d.Account)
	b = catalog.AppendText(b, 3, d.Region)
	b = catalog.AppendText(b, 4, d.Cause)
	b = catalog.AppendText(b, 5, d.Target)
	b = catalog.AppendText(b, 6, d.Kind)
	b = catalog.AppendText(b, 7, d.Subject)
	b = catalog.AppendText(b, 8, d.Message)
	b = AppendAttributes(b, 9, d.Attributes)
	b = catalog.AppendText(b, 10, d.Group)
	b = catalog.AppendText(b, 11, d.Parameters)
	b = catalog.AppendText(b, 12, d.Unsendable)
	b = catalog.AppendText(b, 13, d.Context)
	b = catalog.AppendTime(b, 14, d.Created)
	if d.Retry != nil {
		b = catalog.AppendPart(b, 15, d.Retry.appendRecord)
	}
	b = catalog.AppendText(b, 16, d.DeadLetter)
	b = catalog.AppendText(b, 17, d.Original)
	b = catalog.AppendInt(b, 18, d.Attempts)
	b = catalog.AppendTime(b, 19, d.NextAttempt)
	b = catalog.AppendText(b, 20, d.LastError)
	b = catalog.AppendText(b, 21, d.LastCode)
	b = appendAttempts(b, 22, d.Tried)
	b = catalog.AppendFlag(b, 23, d.OfFailure)
	b = catalog.AppendText(b, 24, d.AttemptMark)
	b = catalog.AppendText(b, 26, d.Deduplication)
	b = catalog.AppendText(b, 27, d.Trace)
	b = catalog.AppendFlag(b, 28, d.Shaped)
	for _, name := range slices.Sorted(maps.Keys(d.LetterAttributes)) {
		b = catalog.AppendPart(b, 25, func(b []byte) []byte {
			return catalog.AppendText(catalog.AppendText(b, 1, name), 2, d.LetterAttributes[name])
		})
	}
	return b
}

// ReadRecord implements catalog.Record.
func (d *Delivery) ReadRecord(b []byte) error {
	return catalog.ReadFields(b, func(field int, v catalog.Value) (err error) {
		switch field {
		case 1:
			d.ID = v.String()
		case 2:
			d.Account = v.String()
		case 3:
			d.Region = v.String()
		case 4:
			d.Cause = v.String()
		case 5:
			d.Target = v.String()
		case 6:
			d.Kind = v.String()
		case 7:
			d.Subject = v.String()
		case 8:
			d.Message = v.String()
		case 9:
			err = ReadAttribute(v, &d.Attributes)
		case 10:
			d.Group = v.String()
		case 11:
			d.Parameters = v.Bytes()
		case 12:
			d.Unsendable = v.String()
		case 13:
			d.Context = v.String()
		case 14:
			d.Created = v.Time()
		case 15:
			d.Retry = &Retry{}
			err = d.Retry.readRecord(v)
		case 16:
			d.DeadLetter = v.String()
		case 17:
			d.Original = v.String()
		case 18:
			d.Attempts = v.Int()
		case 19:
			d.NextAttempt = v.Time()
		case 20:
			d.LastError = v.String()
		case 21:
			d.LastCode = v.String()
		case 22:
			err = readAttempt(v, &d.Tried)
		case 23:
			d.OfFailure = v.Flag()
		case 24:
			d.AttemptMark = v.String()
		case 25:
			err = d.readLetterAttribute(v)
		case 26:
			d.Deduplication = v.String()
		case 27:
			d.Trace = v.String()
		case 28:
			d.Shaped = v.Flag()
		}
		return err
	})
}

func (d *Delivery) readLetterAttribute(v catalog.Value) error {
	var name, value string
	err := v.Read(func(field int, v catalog.Value) error {
		switch field {
		case 1:
			name = v.String()
		case 2:
			value = v.String()
		}
		return nil
	})
	if d.LetterAttributes == nil {
		d.LetterAttributes = map[string]string{}
	}
	d.LetterAttributes[name] = value
	return err
}

func (r *Retry) appendRecord(b []byte) []byte {
	b = catalog.AppendInt(b, 1, r.Max)
	b = catalog.AppendInt(b, 2, r.MaxAge)
	for _, d := range r.Delays {
		b = catalog.AppendPart(b, 3, func(b []byte) []byte { return catalog.AppendInt(b, 1, d) })
	}
	return b
}

func (r *Retry) readRecord(v catalog.Value) error {
	return v.Read(func(field int, v catalog.Value) error {
		switch field {
		case 1:
			r.Max = v.Int()
		case 2:
			r.MaxAge = time.Duration(v.Int())
		case 3:
			var d time.Duration
			err := v.Read(func(_ int, v catalog.Value) error {
				d = time.Duration(v.Int())
				return nil
			})
			r.Delays = append(r.Delays, d)
			return err
		}
		return nil
	})
}
