// Package scaling keeps groups of instances at the size that is wanted of them,
// as EC2 Auto Scaling does: groups, what changes their desired capacity (users,
// policies, scheduled actions), and what changes their real one (drivers).
//
// Start from Service: its methods change what is wanted, each in one
// transaction that also begins the activities that follow; Run carries these out
// through the group's Driver. Plan is the decision between the two, a pure
// function of a group, its instances and its open activities.
//
// Promises: an activity that began is carried on after kill -9 under the same
// identifier, which the driver sees, so that a driver that knows it does nothing
// twice; an instance that a driver has launched is recorded together with its
// activity, events and notifications in one commit; a group without a driver has
// activities that say so, and never an instance that nobody launched. Calls of
// drivers under way are bounded; the others wait in the catalog.
//
// Left to others: launch templates and configurations (their names go to the
// driver), load balancers, the alarms that policies own.
package scaling
