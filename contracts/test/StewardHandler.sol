// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {StewardRegistry} from "../StewardRegistry.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {Test} from "./Test.sol";

/// @title Does at random what the admin of the stewards does, and keeps a model of what must come of it
/// @notice It foresees each refusal, so that no call reverts unforeseen.
contract StewardHandler is Test {
    /// @dev The steward is zero if the account acts for nobody.
    struct Agent {
        bytes32 steward;
        uint64 from;
        uint64 until;
        uint8 role;
    }

    uint256 public constant STEWARDS = 5;

    StewardRegistry public immutable REGISTRY;
    address private immutable ADMIN;

    bytes32 public accumulatorSeen;
    mapping(address account => Agent) private _agents;
    address[] private _added;

    /// @notice Whether a steward was accredited at the end of a block of the model, by steward and block.
    mapping(bytes32 steward => mapping(uint256 blockNumber => bool)) public held;
    mapping(bytes32 steward => bool) public known;

    /// @notice How often each thing was done, and how often it was refused.
    mapping(string what => uint256 times) public done;
    mapping(string what => uint256 times) public refused;

    uint256 public firstBlock;

    constructor(StewardRegistry registry, address admin) {
        REGISTRY = registry;
        ADMIN = admin;
        accumulatorSeen = registry.accumulator();
        firstBlock = block.number;
    }

    /// @dev Folds the logs of the call into the model of the accumulator.
    modifier counting() {
        vm.recordLogs();
        _;
        accumulatorSeen = _fold(accumulatorSeen, vm.getRecordedLogs(), address(REGISTRY));
    }

    function accredit(uint256 which) external counting {
        bytes32 steward = stewardOf(_bound(which, 0, STEWARDS));
        bytes memory refusal;
        if (steward == 0) {
            refusal = abi.encodeWithSelector(IStewardRegistry.StewardIsZero.selector);
        } else if (known[steward]) {
            refusal = abi.encodeWithSelector(IStewardRegistry.StewardAlreadyAccredited.selector, steward);
        } else {
            known[steward] = true;
            held[steward][block.number] = true;
        }
        _foresee("accredit", refusal);
        REGISTRY.accredit(steward);
    }

    function suspend(uint256 which) external counting {
        bytes32 steward = stewardOf(_bound(which, 0, STEWARDS));
        _foresee("suspend", _unaccredited(steward));
        held[steward][block.number] = false;
        REGISTRY.suspend(steward);
    }

    function reinstate(uint256 which) external counting {
        bytes32 steward = stewardOf(_bound(which, 0, STEWARDS));
        bytes memory refusal;
        if (!known[steward] || held[steward][block.number]) {
            refusal = abi.encodeWithSelector(IStewardRegistry.StewardNotSuspended.selector, steward);
        } else {
            held[steward][block.number] = true;
        }
        _foresee("reinstate", refusal);
        REGISTRY.reinstate(steward);
    }

    function add(uint256 who, uint256 which, bool isService, uint256 from, uint256 until) external counting {
        Agent memory added = Agent({
            steward: stewardOf(_bound(which, 0, STEWARDS)),
            from: _near(from),
            until: _after(_near(from), until),
            role: isService ? 2 : 1
        });
        address account = _mostlyNew(who);
        bytes memory refusal = _refusalToAdd(account, added);
        if (refusal.length == 0) {
            _agents[account] = added;
            _added.push(account);
        }
        _foresee("add", refusal);
        if (isService) {
            REGISTRY.addService(added.steward, account, added.from, added.until);
        } else {
            REGISTRY.addRegistrar(added.steward, account, added.from, added.until);
        }
    }

    function close(uint256 who, uint256 at) external counting {
        address account = _mostlyAdded(who);
        uint64 end = _near(at);
        bytes memory refusal = _refusalToClose(account, end);
        if (refusal.length == 0) {
            _agents[account].until = end;
        }
        _foresee("close", refusal);
        REGISTRY.close(account, end);
    }

    function rotate(uint256 who, uint256 next, uint256 from, uint256 until) external counting {
        address account = _mostlyAdded(who);
        address successor = _mostlyNew(next);
        Agent memory added = _agents[account];
        added.from = _near(from);
        added.until = _after(added.from, until);
        bytes memory refusal = _refusalToClose(account, added.from);
        if (refusal.length == 0) {
            refusal = _refusalToAdd(successor, added);
        }
        if (refusal.length == 0) {
            _agents[account].until = added.from;
            _agents[successor] = added;
            _added.push(successor);
        }
        _foresee("rotate", refusal);
        REGISTRY.rotate(account, successor, added.from, added.until);
        if (refusal.length != 0) {
            // The runner records what was emitted before a call reverted, too.
            vm.getRecordedLogs();
        }
    }

    /// @dev Anyone but the admin tries each thing that only the admin does, agents too.
    function intrude(uint256 who, uint256 which, address stranger) external counting {
        address caller = who % 2 == 0 ? _mostlyAdded(who) : stranger;
        if (caller == ADMIN) {
            return;
        }
        bytes32 steward = stewardOf(_bound(which, 0, STEWARDS));
        uint64 now_ = uint64(block.timestamp);
        bytes[7] memory calls = [
            abi.encodeCall(IStewardRegistry.accredit, (steward)),
            abi.encodeCall(IStewardRegistry.suspend, (steward)),
            abi.encodeCall(IStewardRegistry.reinstate, (steward)),
            abi.encodeCall(IStewardRegistry.addRegistrar, (steward, caller, now_, now_ + 1)),
            abi.encodeCall(IStewardRegistry.addService, (steward, caller, now_, now_ + 1)),
            abi.encodeCall(IStewardRegistry.close, (caller, 0)),
            abi.encodeCall(IStewardRegistry.rotate, (caller, stranger, now_, now_ + 1))
        ];
        bytes memory refusal = abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector,
            caller,
            bytes32(0)
        );
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(caller);
            // solhint-disable-next-line avoid-low-level-calls
            (bool accepted, bytes memory answer) = address(REGISTRY).call(calls[i]);
            vm.assertFalse(accepted, "a stranger's call");
            vm.assertEq(keccak256(answer), keccak256(refusal), "its refusal");
        }
        ++refused["intrude"];
    }

    /// @dev Carries the state of each steward over to the blocks passed.
    function letTimePass(uint256 blocks, uint256 time) external {
        blocks = _bound(blocks, 1, 3);
        for (uint256 i = 1; i <= STEWARDS; ++i) {
            bytes32 steward = stewardOf(i);
            for (uint256 j = 1; j <= blocks; ++j) {
                held[steward][block.number + j] = held[steward][block.number];
            }
        }
        ++done["letTimePass"];
        vm.roll(block.number + blocks);
        vm.warp(block.timestamp + _bound(time, 1, 1 days));
    }

    /// @dev The accounts that were ever added, and one that was not.
    function accounts() external view returns (address[] memory all) {
        all = new address[](_added.length + 1);
        for (uint256 i = 0; i < _added.length; ++i) {
            all[i] = _added[i];
        }
    }

    function agentOf(address account) external view returns (Agent memory) {
        return _agents[account];
    }

    /// @dev The id of a steward of the model; the first is zero, and no steward.
    function stewardOf(uint256 which) public pure returns (bytes32) {
        return which == 0 ? bytes32(0) : keccak256(abi.encode("steward of the model", which));
    }

    /// @dev Must stand right before the call.
    function _foresee(string memory what, bytes memory refusal) private {
        if (refusal.length == 0) {
            ++done[what];
        } else {
            ++refused[what];
            vm.expectRevert(refusal);
        }
        vm.prank(ADMIN);
    }

    /// @dev Returns an account that was added, mostly a late one whose window is still open, or now and then another or
    /// zero.
    function _mostlyAdded(uint256 seed) private view returns (address) {
        seed = uint256(keccak256(abi.encode(seed)));
        if (seed % 8 == 0 || _added.length == 0) {
            return _new(seed);
        }
        uint256 back = (seed >> 8) % (seed % 8 == 1 || _added.length < 4 ? _added.length : 4);
        return _added[_added.length - 1 - back];
    }

    /// @dev Returns an account that was not added, or now and then one that was or zero.
    function _mostlyNew(uint256 seed) private view returns (address) {
        seed = uint256(keccak256(abi.encode(seed)));
        return seed % 8 == 0 && _added.length > 0 ? _added[(seed >> 8) % _added.length] : _new(seed);
    }

    function _new(uint256 seed) private view returns (address) {
        return (seed >> 8) % 8 == 0 ? address(0) : vm.addr(1 + _added.length);
    }

    function _refusalToAdd(address account, Agent memory added) private view returns (bytes memory) {
        if (account == address(0)) {
            return abi.encodeWithSelector(IStewardRegistry.AgentIsZero.selector);
        }
        if (added.from >= added.until) {
            return abi.encodeWithSelector(IStewardRegistry.WindowEmpty.selector, added.from, added.until);
        }
        bytes memory refusal = _unaccredited(added.steward);
        if (refusal.length == 0 && _agents[account].steward != 0) {
            refusal = abi.encodeWithSelector(
                IStewardRegistry.AgentAlreadyAdded.selector,
                account,
                _agents[account].steward
            );
        }
        return refusal;
    }

    function _refusalToClose(address account, uint64 at) private view returns (bytes memory refusal) {
        Agent memory agent = _agents[account];
        if (agent.steward == 0) {
            return abi.encodeWithSelector(IStewardRegistry.AgentNotFound.selector, account);
        }
        if (at >= agent.until) {
            return abi.encodeWithSelector(IStewardRegistry.CloseNotEarlier.selector, account, agent.until, at);
        }
    }

    function _unaccredited(bytes32 steward) private view returns (bytes memory refusal) {
        if (!held[steward][block.number]) {
            return abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, steward);
        }
    }

    /// @dev A time within ten days of now, to the day, so that times often meet.
    function _near(uint256 time) private view returns (uint64) {
        return uint64(block.timestamp - 10 days + 1 days * (uint256(keccak256(abi.encode(time))) % 21));
    }

    /// @dev A time mostly after this one, to the day.
    function _after(uint64 from, uint256 time) private pure returns (uint64) {
        return uint64(from - 5 days + 1 days * (uint256(keccak256(abi.encode(time))) % 50));
    }
}
