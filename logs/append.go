package logs

import (
	"context"

	"skywatch/internal/fault"
)

// Append adds what a program of ours wrote to a stream, in the order given, and
// makes the stream and its group where they are not there. Messages must not be
// empty. It is what functions' logs come through: their group is
// "/aws/lambda/" and the function's name.
func (s *Service) Append(ctx context.Context, n StreamName, lines []Event) error {
	if len(lines) == 0 {
		return nil
	}
	err := s.append(ctx, n, lines)
	if fault.Is(err, fault.NotFound) { // it was deleted just now
		err = s.append(ctx, n, lines)
	}
	return err
}

func (s *Service) append(ctx context.Context, n StreamName, lines []Event) error {
	_, st, err := s.ensure(ctx, n, true)
	if err != nil {
		return err
	}
	return s.add(ctx, n.GroupName, st.Log, lines)
}
