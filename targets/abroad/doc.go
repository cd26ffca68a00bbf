// Package abroad carries deliveries to targets that are reached beyond this
// house: the ones that only AWS has (ECS tasks, Batch jobs, commands of Systems
// Manager, instances of EC2 and so on), and those of this house's own kinds that
// the operator has pointed elsewhere.
//
// Start at [Service.Target] and [Service.Send]. What an ARN stands for is one row
// of kinds; how the row's call is made is in the file of its group.
//
// A delivery goes to the first driver whose patterns match it, or else by the
// first forwarding profile; what has neither ends with NO_RESOURCE and the words
// of [Service.Advice]. At least once: where the operation takes a token of the
// client, it gets the delivery's ID, so that a repeat has no second effect.
//
// Left to others: the signed call itself (targets/forward), when it is made
// again (targets), and what a delivery's parameters are (rules, scheduler,
// alarms), which come with everything from the event filled in.
package abroad
