// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {ICheats} from "./ICheats.sol";
import {Fixture} from "./Fixture.sol";

/// @dev A batch is the same as its registrations one after the other, or nothing at all.
contract RegisterManyTest is Fixture {
    uint256 private constant MOST = 400;

    function testFuzz_a_batch_does_what_singles_do(uint256 seed, uint256 length) public {
        IResourceRegistry.Registration[] memory batch = _batch(seed, _bound(length, 1, 12));
        uint256 state = vm.snapshotState();
        for (uint256 i = 0; i < batch.length; ++i) {
            vm.prank(REGISTRAR);
            _resources.register(batch[i]);
        }
        bytes32 singles = _logsHash();
        bytes32 accumulator = _resources.accumulator();
        vm.revertToState(state);
        vm.recordLogs();
        vm.prank(REGISTRAR);
        _resources.registerMany(batch);
        vm.assertEq(_logsHash(), singles, "events");
        vm.assertEq(_resources.accumulator(), accumulator, "accumulator");
        for (uint256 i = 0; i < batch.length; ++i) {
            IResourceRegistry.RegistrationState memory kept = _resources.registration(batch[i].digest, STEWARD);
            vm.assertEq(kept.state, 1, "state");
            vm.assertEq(kept.registrar, REGISTRAR, "registrar");
            vm.assertEq(kept.registeredAt, block.timestamp, "registered at");
        }
    }

    function testFuzz_one_bad_item_refuses_the_whole_batch(uint256 seed, uint256 length, uint256 which) public {
        IResourceRegistry.Registration[] memory batch = _batch(seed, _bound(length, 1, 8));
        which = _bound(which, 0, batch.length - 1);
        batch[which].cidCodec = 0x71;
        bytes32 before = _resources.accumulator();
        vm.expectRevert(abi.encodeWithSelector(IResourceRegistry.InvalidCid.selector, 0x71));
        vm.prank(REGISTRAR);
        _resources.registerMany(batch);
        vm.assertEq(_resources.accumulator(), before, "accumulator");
        for (uint256 i = 0; i < batch.length; ++i) {
            vm.assertEq(_resources.registration(batch[i].digest, STEWARD).state, 0, "state");
        }
    }

    function test_a_batch_with_the_same_twice_is_refused() public {
        IResourceRegistry.Registration[] memory batch = _batch(1, 3);
        batch[2] = batch[0];
        vm.expectRevert(
            abi.encodeWithSelector(
                IResourceRegistry.ResourceAlreadyRegistered.selector,
                batch[0].digest,
                batch[0].steward
            )
        );
        vm.prank(REGISTRAR);
        _resources.registerMany(batch);
    }

    function test_a_batch_has_at_least_one_and_at_most_400() public {
        uint256[2] memory lengths = [uint256(0), MOST + 1];
        for (uint256 i = 0; i < lengths.length; ++i) {
            IResourceRegistry.Registration[] memory batch = _batch(1, lengths[i]);
            vm.expectRevert(abi.encodeWithSelector(IResourceRegistry.InvalidBatchSize.selector, batch.length, MOST));
            vm.prank(REGISTRAR);
            _resources.registerMany(batch);
        }
        vm.prank(REGISTRAR);
        _resources.registerMany(_batch(1, MOST));
        vm.assertEq(_resources.eventCount(), MOST, "events");
        vm.assertLe(vm.lastCallGas().gasTotalUsed, 16_777_216, "fits a transaction of EIP-7825");
    }

    function test_a_batch_holds_registrations_of_the_callers_steward_only() public {
        IResourceRegistry.Registration[] memory batch = _batch(1, 2);
        batch[1].steward = OTHER_STEWARD;
        vm.expectRevert(abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, OTHER_STEWARD, REGISTRAR));
        vm.prank(REGISTRAR);
        _resources.registerMany(batch);
    }

    function _batch(uint256 seed, uint256 length) private view returns (IResourceRegistry.Registration[] memory batch) {
        batch = new IResourceRegistry.Registration[](length);
        for (uint256 i = 0; i < length; ++i) {
            batch[i] = _stated(keccak256(abi.encode(seed, i)));
            batch[i].metadata = bytes32(i);
        }
    }

    function _logsHash() private returns (bytes32) {
        ICheats.Log[] memory logs = vm.getRecordedLogs();
        return _fold(0, logs, address(_resources));
    }
}
