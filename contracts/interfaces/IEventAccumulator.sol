// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title A running digest and count over the events of one contract
/// @notice Lets a reader of the chain prove that no event was kept from it: a node may omit logs silently, but it
/// cannot omit one and still meet the accumulator.
///
/// The accumulator is one word: a digest of 26 bytes, then the number of events in 6 bytes, big-endian. It starts as
/// zero. An event, in the order of emission, replaces the digest by the first 26 bytes of
/// `keccak256(accumulator ‖ keccak256(topics ‖ data))` and adds one to the number, where `topics` are all topics of the
/// log, 32 bytes each, the event signature hash first, and `data` is the data of the log. A raw log is therefore folded
/// as it comes, without decoding it.
///
/// Every event declared in the interfaces of this project is counted, and so are `RoleGranted` and `RoleRevoked` of
/// OpenZeppelin, which say who the admin is. The announcements of OpenZeppelin that a change of the admin or of its
/// delay is planned are not.
interface IEventAccumulator {
    /// @notice The accumulator; zero before the first event.
    function accumulator() external view returns (bytes32);

    /// @notice How many events have been folded in, the number in the accumulator.
    function eventCount() external view returns (uint256);
}
