// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {StewardRegistry} from "../StewardRegistry.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IAccessControlDefaultAdminRules} from "@openzeppelin/contracts/access/extensions/IAccessControlDefaultAdminRules.sol";
import {ICheats} from "./ICheats.sol";
import {Test} from "./Test.sol";

/// @title Accredits, adds, closes and rotates at random, and passes the admin's right on
contract StewardHandler is Test {
    struct Agent {
        address account;
        bytes32 steward;
        uint8 role;
        uint64 from;
        uint64 until;
    }

    StewardRegistry public immutable STEWARDS;

    address public admin;
    address public pending;
    uint48 public schedule;
    bytes32 public accumulator;

    bytes32[] private _stewards;
    mapping(bytes32 steward => uint48[] blocks) private _changes;
    Agent[] private _agents;

    /// @notice How often each thing was done or, for `intrude` and `hurry`, refused.
    mapping(string what => uint256 times) public done;

    constructor(StewardRegistry registry, address firstAdmin) {
        STEWARDS = registry;
        admin = firstAdmin;
        accumulator = registry.accumulator();
    }

    modifier counting() {
        vm.recordLogs();
        _;
        ICheats.Log[] memory logs = vm.getRecordedLogs();
        accumulator = _fold(accumulator, logs, address(STEWARDS));
    }

    function accredit() external counting {
        bytes32 steward = keccak256(abi.encode("steward", _stewards.length));
        _stewards.push(steward);
        _change(steward, "accredit");
        STEWARDS.accredit(steward);
    }

    /// @dev Suspends who is accredited, and reinstates who is suspended.
    function turn(uint256 which) external counting {
        if (_stewards.length == 0) {
            return;
        }
        bytes32 steward = _stewards[_bound(which, 0, _stewards.length - 1)];
        bool held = _changes[steward].length % 2 == 1;
        _change(steward, held ? "suspend" : "reinstate");
        if (held) {
            STEWARDS.suspend(steward);
        } else {
            STEWARDS.reinstate(steward);
        }
    }

    function add(uint256 which, uint256 span, bool isService) external counting {
        if (_stewards.length == 0) {
            return;
        }
        bytes32 steward = _stewards[_bound(which, 0, _stewards.length - 1)];
        if (_changes[steward].length % 2 == 0) {
            return;
        }
        Agent memory agent = _newAgent(steward, isService ? 2 : 1, uint64(block.timestamp), span);
        ++done["add"];
        vm.prank(admin);
        if (isService) {
            STEWARDS.addService(steward, agent.account, agent.from, agent.until);
        } else {
            STEWARDS.addRegistrar(steward, agent.account, agent.from, agent.until);
        }
    }

    function close(uint256 which, uint256 at) external counting {
        if (_agents.length == 0) {
            return;
        }
        Agent storage agent = _agents[_bound(which, 0, _agents.length - 1)];
        if (agent.until == 0) {
            return;
        }
        agent.until = uint64(_bound(at, 0, agent.until - 1));
        ++done["close"];
        vm.prank(admin);
        STEWARDS.close(agent.account, agent.until);
    }

    function rotate(uint256 which, uint256 at, uint256 span) external counting {
        if (_agents.length == 0) {
            return;
        }
        Agent storage agent = _agents[_bound(which, 0, _agents.length - 1)];
        if (agent.until == 0 || _changes[agent.steward].length % 2 == 0) {
            return;
        }
        uint64 from = uint64(_bound(at, 0, agent.until - 1));
        agent.until = from;
        address old = agent.account;
        Agent memory next = _newAgent(agent.steward, agent.role, from, span);
        ++done["rotate"];
        vm.prank(admin);
        STEWARDS.rotate(old, next.account, next.from, next.until);
    }

    /// @dev The admin names the next one, who accepts when the delay is over and not before.
    function passOn(uint256 wait) external counting {
        if (pending == address(0)) {
            pending = address(uint160(uint256(keccak256(abi.encode(admin)))));
            schedule = uint48(block.timestamp) + STEWARDS.defaultAdminDelay();
            vm.prank(admin);
            STEWARDS.beginDefaultAdminTransfer(pending);
            return;
        }
        vm.warp(block.timestamp + _bound(wait, 1, 2 days));
        if (block.timestamp <= schedule) {
            ++done["hurry"];
            vm.expectRevert(
                abi.encodeWithSelector(
                    IAccessControlDefaultAdminRules.AccessControlEnforcedDefaultAdminDelay.selector,
                    schedule
                )
            );
        } else {
            ++done["passOn"];
        }
        vm.prank(pending);
        STEWARDS.acceptDefaultAdminTransfer();
        if (block.timestamp > schedule) {
            admin = pending;
            pending = address(0);
        }
    }

    function intrude(address caller) external {
        if (caller == admin) {
            return;
        }
        ++done["intrude"];
        vm.expectRevert(
            abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, caller, bytes32(0))
        );
        vm.prank(caller);
        STEWARDS.accredit(keccak256(abi.encode(caller)));
    }

    function letBlocksPass(uint256 blocks) external {
        vm.roll(block.number + _bound(blocks, 1, 100));
        vm.warp(block.timestamp + _bound(blocks, 1, 1 days));
        ++done["letBlocksPass"];
    }

    function stewards() external view returns (bytes32[] memory) {
        return _stewards;
    }

    function agents() external view returns (Agent[] memory) {
        return _agents;
    }

    /// @dev Whether the steward was accredited at the end of this block, by counting its changes until then.
    function wasAccredited(bytes32 steward, uint48 blockNumber) external view returns (bool held) {
        uint48[] memory blocks = _changes[steward];
        for (uint256 i = 0; i < blocks.length && blocks[i] <= blockNumber; ++i) {
            held = !held;
        }
    }

    function _change(bytes32 steward, string memory what) private {
        _changes[steward].push(uint48(block.number));
        ++done[what];
        vm.prank(admin);
    }

    function _newAgent(bytes32 steward, uint8 role, uint64 from, uint256 span) private returns (Agent memory agent) {
        agent = Agent({
            account: address(uint160(uint256(keccak256(abi.encode("agent", _agents.length))))),
            steward: steward,
            role: role,
            from: from,
            until: from + uint64(_bound(span, 1, 30 days))
        });
        _agents.push(agent);
    }
}
