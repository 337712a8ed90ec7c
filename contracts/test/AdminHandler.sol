// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IAccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/IAccessControlDefaultAdminRules.sol";
import {Administered} from "../Administered.sol";
import {Test} from "./Test.sol";

/// @title Hands the admin of two contracts on at random, and tries to take it by force
/// @notice It does each thing with both contracts alike, and keeps one model of them.
contract AdminHandler is Test {
    bytes32 private constant OTHER_ROLE = keccak256("another role");

    Administered[2] private _both;
    address[4] private _actors;

    address public admin;
    address public pending;
    uint256 public schedule;
    uint256 private _delay;
    uint256 private _nextDelay;
    uint256 private _nextDelayAt;

    /// @notice When the transfer that is under way was begun, and the delay that held then.
    uint256 private _begunAt;
    uint256 private _begunDelay;

    bytes32[2] private _accumulators;

    /// @notice How often each thing was done, and how often it was refused.
    mapping(string what => uint256 times) public done;
    mapping(string what => uint256 times) public refused;

    constructor(Administered[2] memory contracts_, address firstAdmin, uint256 firstDelay) {
        _both = contracts_;
        admin = firstAdmin;
        _delay = firstDelay;
        _actors = [firstAdmin, address(0xa1), address(0xa2), address(0xa3)];
        _accumulators = [contracts_[0].accumulator(), contracts_[1].accumulator()];
    }

    function begin(uint256 to) external {
        address chosen = _actors[to % 4];
        _settleDelay();
        (pending, schedule) = (chosen, block.timestamp + _delay);
        (_begunAt, _begunDelay) = (block.timestamp, _delay);
        _act("begin", admin, abi.encodeCall(IAccessControlDefaultAdminRules.beginDefaultAdminTransfer, (chosen)), "");
    }

    function cancel() external {
        (pending, schedule) = (address(0), 0);
        _act("cancel", admin, abi.encodeCall(IAccessControlDefaultAdminRules.cancelDefaultAdminTransfer, ()), "");
    }

    /// @dev The one named accepts, too early or, if he waits, in the first second that is not.
    function accept(uint256 who, bool waits) external {
        address caller = who % 4 == 0 ? _actors[(who >> 2) % 4] : pending;
        if (waits && schedule != 0 && block.timestamp <= schedule) {
            vm.warp(schedule + 1);
        }
        bytes memory refusal;
        if (caller != pending) {
            refusal = abi.encodeWithSelector(
                IAccessControlDefaultAdminRules.AccessControlInvalidDefaultAdmin.selector,
                caller
            );
        } else if (schedule == 0 || block.timestamp <= schedule) {
            refusal = abi.encodeWithSelector(
                IAccessControlDefaultAdminRules.AccessControlEnforcedDefaultAdminDelay.selector,
                uint48(schedule)
            );
        } else {
            vm.assertGt(block.timestamp, _begunAt + _begunDelay, "the delay that held when it was begun");
            (admin, pending, schedule) = (caller, address(0), 0);
        }
        _act("accept", caller, abi.encodeCall(IAccessControlDefaultAdminRules.acceptDefaultAdminTransfer, ()), refusal);
    }

    function changeDelay(uint256 wanted) external {
        uint48 chosen = uint48(_bound(wanted, 0, 10 days));
        _settleDelay();
        uint256 wait = chosen > _delay ? (chosen < 5 days ? chosen : 5 days) : _delay - chosen;
        (_nextDelay, _nextDelayAt) = (chosen, block.timestamp + wait);
        _act(
            "changeDelay",
            admin,
            abi.encodeCall(IAccessControlDefaultAdminRules.changeDefaultAdminDelay, (chosen)),
            ""
        );
    }

    /// @dev Everything by which somebody without the right could get it; the admin cannot pass it on at once either.
    function seize(uint256 who) external {
        address caller = _actors[who % 4];
        bytes memory rules = abi.encodeWithSelector(
            IAccessControlDefaultAdminRules.AccessControlEnforcedDefaultAdminRules.selector
        );
        _act("seize", caller, abi.encodeCall(IAccessControl.grantRole, (bytes32(0), caller)), rules);
        _act("seize", caller, abi.encodeCall(IAccessControl.revokeRole, (bytes32(0), admin)), rules);
        if (caller == admin) {
            return;
        }
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector,
            caller,
            bytes32(0)
        );
        bytes[5] memory calls = [
            abi.encodeCall(IAccessControl.grantRole, (OTHER_ROLE, caller)),
            abi.encodeCall(IAccessControlDefaultAdminRules.beginDefaultAdminTransfer, (caller)),
            abi.encodeCall(IAccessControlDefaultAdminRules.cancelDefaultAdminTransfer, ()),
            abi.encodeCall(IAccessControlDefaultAdminRules.changeDefaultAdminDelay, (0)),
            abi.encodeCall(IAccessControlDefaultAdminRules.rollbackDefaultAdminDelay, ())
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            _act("seize", caller, calls[i], refusal);
        }
    }

    function letTimePass(uint256 time) external {
        ++done["letTimePass"];
        vm.warp(block.timestamp + _bound(time, 1, 2 days));
    }

    function both() external view returns (Administered[2] memory) {
        return _both;
    }

    function actors() external view returns (address[4] memory) {
        return _actors;
    }

    function accumulators() external view returns (bytes32[2] memory) {
        return _accumulators;
    }

    /// @notice The delay that holds now.
    function delay() external view returns (uint256) {
        return _nextDelayAt != 0 && _nextDelayAt < block.timestamp ? _nextDelay : _delay;
    }

    function _settleDelay() private {
        if (_nextDelayAt != 0 && _nextDelayAt < block.timestamp) {
            (_delay, _nextDelayAt) = (_nextDelay, 0);
        }
    }

    /// @dev Makes the call at both contracts, and folds what they emit.
    function _act(string memory what, address caller, bytes memory data, bytes memory refusal) private {
        for (uint256 i = 0; i < 2; ++i) {
            vm.recordLogs();
            vm.prank(caller);
            // solhint-disable-next-line avoid-low-level-calls
            (bool accepted, bytes memory answer) = address(_both[i]).call(data);
            vm.assertTrue(accepted == (refusal.length == 0), what);
            if (accepted) {
                _accumulators[i] = _fold(_accumulators[i], vm.getRecordedLogs(), address(_both[i]));
            } else {
                vm.assertEq(keccak256(answer), keccak256(refusal), what);
            }
        }
        if (refusal.length == 0) {
            ++done[what];
        } else {
            ++refused[what];
        }
    }
}
