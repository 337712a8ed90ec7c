// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {EventAccumulator} from "../EventAccumulator.sol";
import {LedgerEntries} from "../LedgerEntries.sol";
import {Rfc6962} from "../Rfc6962.sol";
import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {ICheckpointAnchor} from "../interfaces/ICheckpointAnchor.sol";
import {IEventAccumulator} from "../interfaces/IEventAccumulator.sol";
import {ILicenseRegistry} from "../interfaces/ILicenseRegistry.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {ICheats} from "./ICheats.sol";
import {Fixture} from "./Fixture.sol";

/// @dev Emits and folds in one event, from any state.
contract Emitter is EventAccumulator {
    event Happened(uint256 indexed number, bytes text);

    function emitAndFold(uint256 number, bytes calldata text) external {
        emit Happened(number, text);
        _accumulate(bytes.concat(Happened.selector, bytes32(number), abi.encode(text)));
    }

    function start(bytes32 word) external {
        accumulator = word;
    }
}

/// @dev A reader of the chain that folds the raw logs meets the accumulator of each contract, and only with all of them.
contract AccumulatorTest is Fixture {
    bytes32 private constant FIRST_WORD = 0xb4fbc9f8eef1ee9cc68d94aed362571afc568356a45b8602bb2a000000000001;
    bytes32 private constant SECOND_WORD = 0x9b61f45fa5300c349a4f4743ac5ecb8a04efd0858193d3aca8fd000000000002;
    bytes32 private constant SECOND = keccak256("second resource");
    bytes32 private constant THIRD = keccak256("third resource");
    bytes32 private constant ROLE = keccak256("some role");
    address private constant SERVICE = address(0x5e2);

    // The format

    /// @dev The words are those of an implementation in another language.
    function test_the_accumulator_is_as_documented() public {
        Emitter emitter = new Emitter();
        vm.assertEq(emitter.accumulator(), 0, "before the first");
        emitter.emitAndFold(1, "one");
        vm.assertEq(emitter.accumulator(), FIRST_WORD, "one");
        emitter.emitAndFold(2, "");
        vm.assertEq(emitter.accumulator(), SECOND_WORD, "two");
        vm.assertEq(emitter.eventCount(), 2, "count");
    }

    function testFuzz_each_event_counts_one_and_leaves_the_digest_its_bytes(bytes32 word, bytes memory text) public {
        vm.assume(uint48(uint256(word)) != type(uint48).max);
        Emitter emitter = new Emitter();
        emitter.start(word);
        vm.recordLogs();
        emitter.emitAndFold(7, text);
        vm.assertEq(emitter.accumulator(), _fold(word, vm.getRecordedLogs(), address(emitter)), "folded");
        vm.assertEq(emitter.eventCount(), uint48(uint256(word)) + 1, "count");
    }

    function test_the_most_events_do_not_spill_into_the_digest() public {
        Emitter emitter = new Emitter();
        bytes32 word = bytes32(uint256(type(uint48).max));
        emitter.start(word);
        emitter.emitAndFold(1, "one");
        bytes32 text = keccak256(bytes.concat(Emitter.Happened.selector, bytes32(uint256(1)), abi.encode("one")));
        bytes26 digest = bytes26(keccak256(abi.encodePacked(word, text)));
        vm.assertEq(emitter.accumulator(), bytes32(digest), "around");
    }

    // All contracts

    function test_every_event_of_every_contract_is_folded_in() public {
        ICheats.Log[] memory logs = _allEvents();
        IEventAccumulator[5] memory emitters = _emitters();
        for (uint256 i = 0; i < emitters.length; ++i) {
            bytes32 expected = _fold(0, logs, address(emitters[i]));
            vm.assertEq(emitters[i].accumulator(), expected, "accumulator");
            vm.assertEq(emitters[i].eventCount(), uint48(uint256(expected)), "event count");
        }
        _checkSeen(logs, address(_stewards), _stewardTopics());
        _checkSeen(logs, address(_anchors), _anchorTopics());
        _checkSeen(logs, address(_resources), _resourceTopics());
        _checkSeen(logs, address(_grants), _grantTopics());
        bytes32[] memory license = new bytes32[](1);
        license[0] = ILicenseRegistry.LicenseDefined.selector;
        _checkSeen(logs, address(_licenses), license);
    }

    /// @dev One log that is left out, doubled, changed in a bit or exchanged with the next one is noticed.
    function testFuzz_a_reader_misses_no_event(uint256 which, uint256 bit) public {
        ICheats.Log[] memory logs = _allEvents();
        which = _bound(which, 0, logs.length - 1);
        address emitter = logs[which].emitter;
        bytes32 kept = IEventAccumulator(emitter).accumulator();
        vm.assertEq(kept, _fold(0, logs, emitter), "all of them");

        ICheats.Log memory log = logs[which];
        logs[which].emitter = address(0);
        vm.assertFalse(kept == _fold(0, logs, emitter), "left out");
        logs[which].emitter = emitter;
        bytes32 topic = log.topics[log.topics.length - 1];
        log.topics[log.topics.length - 1] = topic ^ bytes32(1 << (bit % 256));
        vm.assertFalse(kept == _fold(0, logs, emitter), "a topic");
        log.topics[log.topics.length - 1] = topic;
        if (log.data.length > 0) {
            log.data[bit % log.data.length] ^= 0x01;
            vm.assertFalse(kept == _fold(0, logs, emitter), "its data");
            log.data[bit % log.data.length] ^= 0x01;
        }
        uint256 next = which + 1;
        while (next < logs.length && logs[next].emitter != emitter) {
            ++next;
        }
        if (next < logs.length) {
            (logs[which], logs[next]) = (logs[next], logs[which]);
            vm.assertFalse(kept == _fold(0, logs, emitter), "their order");
            logs[which] = logs[next];
            vm.assertFalse(kept == _fold(0, logs, emitter), "twice");
        }
    }

    /// @dev What is refused leaves the accumulator as it is.
    function test_a_refused_call_counts_nothing() public {
        _register(DIGEST);
        bytes32 before = _resources.accumulator();
        vm.expectRevert(abi.encodeWithSelector(IResourceRegistry.ResourceAlreadyRegistered.selector, DIGEST, STEWARD));
        _register(DIGEST);
        vm.assertEq(_resources.accumulator(), before, "accumulator");
    }

    /// @dev Lets each contract emit each of its events at least once. Returns all logs since the first deployment.
    function _allEvents() private returns (ICheats.Log[] memory) {
        _stewardEvents();
        _resourceEvents();
        _grantEvents();
        vm.prank(ADMIN);
        _stewards.suspend(STEWARD);
        vm.prank(ADMIN);
        _stewards.reinstate(STEWARD);
        vm.prank(ADMIN);
        _anchors.setAnchorer(LEDGER, STRANGER);
        return vm.getRecordedLogs();
    }

    function _stewardEvents() private {
        vm.prank(ADMIN);
        _stewards.addService(STEWARD, SERVICE, START, START + 1 days);
        vm.prank(ADMIN);
        _stewards.close(SERVICE, START + 1);
        vm.prank(ADMIN);
        _stewards.grantRole(ROLE, STRANGER);
        vm.prank(ADMIN);
        _stewards.revokeRole(ROLE, STRANGER);
        vm.prank(ADMIN);
        _anchors.grantRole(ROLE, STRANGER);
        vm.prank(STRANGER);
        _anchors.renounceRole(ROLE, STRANGER);
    }

    function _resourceEvents() private {
        _register(DIGEST);
        _register(SECOND);
        bytes32 leaf = Rfc6962.leafHash(LedgerEntries.accepted(THIRD, STEWARD, _license, 0x55, THIRD, METADATA, START));
        vm.prank(ANCHORER);
        _anchors.anchor(LEDGER, 1, leaf, new bytes32[](0));
        IResourceRegistry.EntryProof memory proof;
        (proof.ledger, proof.size, proof.at) = (LEDGER, 1, START);
        vm.prank(REGISTRAR);
        _resources.registerProven(_stated(THIRD), proof);
        vm.prank(REGISTRAR);
        _resources.supersede(SECOND, STEWARD, THIRD, 2);
        vm.prank(REGISTRAR);
        _resources.declareRendition(SECOND, STEWARD, DIGEST);
        vm.prank(REGISTRAR);
        _resources.takeBack(SECOND, STEWARD, DIGEST, 4);
        vm.prank(REGISTRAR);
        _resources.withdraw(THIRD, STEWARD, 1);
    }

    function _grantEvents() private {
        vm.prank(REGISTRAR);
        bytes32 grant = _grants.issue(_statedGrant(0, 1), START + 1 days);
        vm.prank(REGISTRAR);
        _grants.renew(DIGEST, STEWARD, 0, grant, START + 2 days);
        vm.prank(REGISTRAR);
        _grants.giveBack(DIGEST, STEWARD, 0, grant);
        grant = _issue(0, 2);
        vm.prank(REGISTRAR);
        _grants.revoke(DIGEST, STEWARD, 0, grant);
        IAccessGrants.Cohort memory cohort = IAccessGrants.Cohort({
            digest: DIGEST,
            steward: STEWARD,
            root: Rfc6962.leafHash(abi.encode(GRANTEE)),
            size: 1,
            scopes: 1,
            until: START + 1 days,
            salt: 0
        });
        vm.prank(REGISTRAR);
        _grants.grantCohort(cohort);
        _grants.claim(cohort, 0, 3, GRANTEE, 0, new bytes32[](0));
        vm.prank(REGISTRAR);
        _grants.closeCohort(cohort);
    }

    function _emitters() private view returns (IEventAccumulator[5] memory) {
        return [IEventAccumulator(_stewards), _licenses, _anchors, _resources, _grants];
    }

    function _stewardTopics() private pure returns (bytes32[] memory topics) {
        topics = new bytes32[](7);
        topics[0] = IStewardRegistry.StewardAccredited.selector;
        topics[1] = IStewardRegistry.StewardSuspended.selector;
        topics[2] = IStewardRegistry.StewardReinstated.selector;
        topics[3] = IStewardRegistry.AgentAdded.selector;
        topics[4] = IStewardRegistry.AgentClosed.selector;
        topics[5] = IAccessControl.RoleGranted.selector;
        topics[6] = IAccessControl.RoleRevoked.selector;
    }

    function _anchorTopics() private pure returns (bytes32[] memory topics) {
        topics = new bytes32[](5);
        topics[0] = ICheckpointAnchor.LedgerOpened.selector;
        topics[1] = ICheckpointAnchor.AnchorerChanged.selector;
        topics[2] = ICheckpointAnchor.CheckpointAnchored.selector;
        topics[3] = IAccessControl.RoleGranted.selector;
        topics[4] = IAccessControl.RoleRevoked.selector;
    }

    function _resourceTopics() private pure returns (bytes32[] memory topics) {
        topics = new bytes32[](6);
        topics[0] = IResourceRegistry.ResourceRegistered.selector;
        topics[1] = IResourceRegistry.ResourceProven.selector;
        topics[2] = IResourceRegistry.ResourceSuperseded.selector;
        topics[3] = IResourceRegistry.RenditionDeclared.selector;
        topics[4] = IResourceRegistry.ResourceWithdrawn.selector;
        topics[5] = IResourceRegistry.LinkTakenBack.selector;
    }

    function _grantTopics() private pure returns (bytes32[] memory topics) {
        topics = new bytes32[](7);
        topics[0] = IAccessGrants.GrantIssued.selector;
        topics[1] = IAccessGrants.GrantRenewed.selector;
        topics[2] = IAccessGrants.GrantReturned.selector;
        topics[3] = IAccessGrants.GrantRevoked.selector;
        topics[4] = IAccessGrants.CohortGranted.selector;
        topics[5] = IAccessGrants.CohortClaimed.selector;
        topics[6] = IAccessGrants.CohortClosed.selector;
    }

    function _checkSeen(ICheats.Log[] memory logs, address emitter, bytes32[] memory topics) private pure {
        for (uint256 i = 0; i < topics.length; ++i) {
            bool seen = false;
            for (uint256 j = 0; j < logs.length; ++j) {
                seen = seen || (logs[j].emitter == emitter && logs[j].topics[0] == topics[i]);
            }
            vm.assertTrue(seen, vm.toString(topics[i]));
        }
    }
}
