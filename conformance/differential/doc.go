// Package differential holds the random test of the whole server against the
// model of package oracle, which was written from the specification alone. The
// history of a seed is sent to both, operation by operation, and every answer
// is compared: what is refused and with which code and text, every page, point
// and label.
//
// The server runs in this process behind HTTP and the vendor's Go client; its
// clock is the history's. A seed decides everything: the history, the protocol,
// whether the head is sealed early and where the server is stopped and started
// again, none of which may change an answer.
//
// A second test asks random stores random questions with expressions: metric
// math, SEARCH and Metrics Insights (packages questions and formula beside the
// oracle). SKYWATCH_DIFF_EXPRESSIONS sets how many a seed.
//
// A third back-tests random alarms over random data (packages trial and alarm
// beside the oracle): SKYWATCH_DIFF_ALARMS sets how many a seed. Others act on a
// clock that is moved by hand: alarms that watch data arrive
// (SKYWATCH_DIFF_LIVE), composite alarms with suppression
// (SKYWATCH_DIFF_COMPOSITES) and mute rules (SKYWATCH_DIFF_MUTES).
//
// At a difference the test prints the seed and both answers, and the shortest
// script that still shows the difference. SKYWATCH_SEED starts from a seed,
// SKYWATCH_DIFF_SEEDS and SKYWATCH_DIFF_OPS set how many seeds and operations a
// seed; SKYWATCH_DIFF_CONTESTED=1 adds requests that the specification leaves
// open. The package holds tests only.
package differential
