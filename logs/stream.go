package logs

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"skywatch/catalog"
	"skywatch/internal/fault"
)

// CreateStream makes an empty stream in a group.
func (s *Service) CreateStream(ctx context.Context, n StreamName) error {
	// What the catalog refuses needs no log.
	err := s.Catalog.View(func(r catalog.Reader) error { return mayCreate(r, n) })
	if err != nil {
		return err
	}
	st := Stream{Log: logPrefix + uuid.NewString(), Created: s.now()}
	// The log first: a log without a stream is dropped at the next start.
	if err := s.Journal.Create(ctx, st.Log); err != nil {
		return err
	}
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		if err := mayCreate(tx, n); err != nil {
			return err
		}
		return streams.Put(tx, st, n.parts()...)
	})
	if err != nil {
		return errors.Join(err, s.Journal.Delete(context.WithoutCancel(ctx), st.Log))
	}
	return nil
}

func mayCreate(r catalog.Reader, n StreamName) error {
	_, _, err := getStream(r, n)
	if err == nil {
		return exists("stream")
	}
	if _, missing := getGroup(r, n.GroupName); missing == nil && fault.Is(err, fault.NotFound) {
		return nil // the group is there, the stream is not
	}
	return err
}

// DeleteStream removes a stream with its events.
func (s *Service) DeleteStream(ctx context.Context, n StreamName) error {
	var st Stream
	err := s.Catalog.Update(ctx, func(tx *catalog.Tx) (err error) {
		if _, st, err = getStream(tx, n); err != nil {
			return err
		}
		return streams.Delete(tx, n.parts()...)
	})
	if err == nil {
		s.drop(ctx, n.ARN(), st.Log)
	}
	return err
}

// ensure makes a stream, and its group if create says so, where they are not
// there yet, and returns both.
func (s *Service) ensure(ctx context.Context, n StreamName, create bool) (g Group, st Stream, err error) {
	find := func(r catalog.Reader) (err error) {
		g, st, err = getStream(r, n)
		return err
	}
	err = s.Catalog.View(find)
	if !fault.Is(err, fault.NotFound) {
		return g, st, err
	}
	if create {
		if err := s.CreateGroup(ctx, n.GroupName, nil); err != nil && !fault.Is(err, fault.Conflict) {
			return g, st, err
		}
	}
	if err := s.CreateStream(ctx, n); err != nil && !fault.Is(err, fault.Conflict) {
		return g, st, err
	}
	return g, st, s.Catalog.View(find)
}
