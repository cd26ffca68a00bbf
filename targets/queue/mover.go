package queue

import (
	"context"
	"time"

	"github.com/google/uuid"

	"skywatch/catalog"
)

// moveChunk is how many messages one transaction of a task moves at most.
const moveChunk = 100

// moveDue carries out the tasks, also those that a stop interrupted, as far as their
// time has come. One transaction moves a chunk and notes so in its task: a stop
// at any moment neither loses nor doubles a message.
func (s *Service) moveDue(ctx context.Context, next map[string]time.Time) (wake time.Time) {
	wake, err := s.moveAll(ctx, next)
	if err != nil && ctx.Err() == nil {
		s.Logger.Error("messages cannot be moved", "err", err)
		wake = s.now().Add(time.Second)
	}
	return wake
}

// moveAll lets each task whose time has come move a chunk. It returns when the
// next may; zero if there is none.
func (s *Service) moveAll(ctx context.Context, next map[string]time.Time) (wake time.Time, err error) {
	var ids []string
	err = s.Catalog.View(func(r catalog.Reader) error {
		return moving.Scan(r, catalog.Range{}, func(key []string, _ []string) (bool, error) {
			ids = append(ids, key[0])
			return true, nil
		})
	})
	if err != nil {
		return wake, err
	}
	for _, id := range ids {
		if !next[id].After(s.now()) {
			pause, more, err := s.moveSome(ctx, id)
			if err != nil {
				return wake, err
			}
			if next[id] = s.now().Add(pause); !more {
				delete(next, id)
				continue
			}
		}
		if wake.IsZero() || next[id].Before(wake) {
			wake = next[id]
		}
	}
	return wake, nil
}

// moveSome moves a chunk of the queue with that id; pause is what the task's
// rate asks for after it.
func (s *Service) moveSome(ctx context.Context, id string) (pause time.Duration, more bool, err error) {
	err = s.Catalog.Update(ctx, func(tx *catalog.Tx) error {
		pause, more = 0, false
		key, ok, err := moving.Get(tx, id)
		if err != nil || !ok {
			return err
		}
		t, ok, err := tasks.Get(tx, key...)
		if err != nil {
			return err
		}
		if !ok { // it went with its queue
			return moving.Delete(tx, id)
		}
		chunk := moveChunk
		if t.PerSecond > 0 {
			chunk = max(1, min(chunk, t.PerSecond/10))
		}
		moved, err := s.moveChunkOf(tx, id, &t, chunk)
		if err != nil {
			return err
		}
		t.Moved += moved
		if t.PerSecond > 0 {
			pause = time.Duration(moved) * time.Second / time.Duration(t.PerSecond)
		}
		if t.Status == Running && moved == 0 {
			t.Status = Completed
		}
		if t.Status != Running {
			s.Logger.Info("messages moved", "from", t.Source, "status", t.Status, "failure", t.Failure, "messages", t.Moved)
			return endTask(tx, &t, key)
		}
		more = true
		return tasks.Put(tx, t, key...)
	})
	return pause, more, err
}

// moveChunkOf moves up to limit visible messages and returns how many it did.
// A task that cannot go on is marked as failed.
func (s *Service) moveChunkOf(tx *catalog.Tx, id string, t *MoveTask, limit int) (moved int, err error) {
	fail := func(why string) (int, error) {
		t.Status, t.Failure = Failed, why
		return moved, nil
	}
	n, err := named(t.Source)
	if err != nil {
		return 0, err
	}
	q, ok, err := queues.Get(tx, n.key()...)
	if err != nil {
		return 0, err
	}
	if !ok || q.ID != id {
		return fail(noQueueCode)
	}
	found, err := s.visible(tx, &q, limit, nil)
	if err != nil {
		return 0, err
	}
	for _, one := range found {
		ids := []string{one.name}
		if q.fifo() || one.group {
			if ids, err = s.front(tx, q.store(), one.name, limit-moved); err != nil {
				return moved, err
			}
		}
		for _, id := range ids {
			why, err := s.moveOne(tx, &q, t.Destination, id)
			if err != nil {
				return moved, err
			}
			if why != "" {
				return fail(why)
			}
			moved++
		}
		if moved >= limit {
			break
		}
	}
	return moved, nil
}

// noQueueCode is a task's reason to fail when a queue of it is gone.
const noQueueCode = "AWS.SimpleQueueService.NonExistentQueue"

// moveOne moves a message as a new one, with a new id and time of sending; why
// says why it cannot be.
func (s *Service) moveOne(tx *catalog.Tx, q *record, destination, id string) (why string, err error) {
	store := q.store()
	c, _, err := contents.Get(tx, store, id)
	if err != nil {
		return "", err
	}
	if destination == "" {
		destination = c.Source
	}
	if destination == "" {
		return "CouldNotDetermineMessageSource", nil
	}
	n, err := named(destination)
	if err != nil {
		return "", err
	}
	to, ok, err := queues.Get(tx, n.key()...)
	if err != nil {
		return "", err
	}
	if !ok || to.fifo() != q.fifo() {
		return noQueueCode, nil
	}
	st, err := stateOf(tx, store, id, &c)
	if err != nil {
		return "", err
	}
	if err := s.remove(tx, store, id, st); err != nil {
		return "", err
	}
	count(tx, store, -1)
	c.MessageID, c.Sent, c.Source = uuid.NewString(), s.now(), ""
	return "", s.store(tx, &to, &c, s.now())
}
