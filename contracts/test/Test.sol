// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IAccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/IAccessControlDefaultAdminRules.sol";
import {IEventAccumulator} from "../interfaces/IEventAccumulator.sol";
import {ICheats} from "./ICheats.sol";

/// @title What every test shares: the cheatcodes, and the rule that binds events to the accumulator
abstract contract Test {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    ICheats internal constant vm = ICheats(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @dev The runner calls these functions of these contracts, and no others, between two checks of the invariants.
    FuzzSelector[] private _targets;

    function targetSelectors() external view returns (FuzzSelector[] memory) {
        return _targets;
    }

    function targetContracts() external view returns (address[] memory contracts) {
        contracts = new address[](_targets.length);
        for (uint256 i = 0; i < contracts.length; ++i) {
            contracts[i] = _targets[i].addr;
        }
    }

    function _target(address handler, bytes4[] memory selectors) internal {
        _targets.push(FuzzSelector({addr: handler, selectors: selectors}));
    }

    /// @dev Returns a number in [least, most]: the input itself if it is one, else one that follows from it.
    function _bound(uint256 input, uint256 least, uint256 most) internal pure returns (uint256) {
        if (least <= input && input <= most) {
            return input;
        }
        return least + (input % (most - least + 1));
    }

    /// @dev Folds raw logs of one contract as a reader of the chain does, without decoding them, but for those of
    /// events of OpenZeppelin that change no right.
    function _fold(bytes32 accumulator, ICheats.Log[] memory logs, address emitter) internal pure returns (bytes32) {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == emitter && !_isUncounted(logs[i].topics[0])) {
                bytes memory topicsAndData = bytes.concat(abi.encodePacked(logs[i].topics), logs[i].data);
                bytes32 folded = keccak256(abi.encodePacked(accumulator, keccak256(topicsAndData)));
                uint48 count = uint48(uint256(accumulator)) + 1;
                accumulator = bytes32(bytes26(folded)) | bytes32(uint256(count));
            }
        }
        return accumulator;
    }

    /// @dev Checks that the logs recorded since `vm.recordLogs()` are all that the contract ever emitted.
    function _checkAllEventsCounted(IEventAccumulator emitter) internal {
        bytes32 accumulator = _fold(0, vm.getRecordedLogs(), address(emitter));
        vm.assertEq(emitter.accumulator(), accumulator, "accumulator");
        vm.assertEq(emitter.eventCount(), uint48(uint256(accumulator)), "event count");
    }

    function _isUncounted(bytes32 topic) private pure returns (bool) {
        return
            topic == IAccessControl.RoleAdminChanged.selector ||
            topic == IAccessControlDefaultAdminRules.DefaultAdminTransferScheduled.selector ||
            topic == IAccessControlDefaultAdminRules.DefaultAdminTransferCanceled.selector ||
            topic == IAccessControlDefaultAdminRules.DefaultAdminDelayChangeScheduled.selector ||
            topic == IAccessControlDefaultAdminRules.DefaultAdminDelayChangeCanceled.selector;
    }
}
